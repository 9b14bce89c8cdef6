package dev.berth.scheduler;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.berth.scheduler",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule uses_only_values_and_re2j =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "dev.berth.scheduler..",
                  "dev.berth.common.id",
                  "dev.berth.common.resource",
                  "com.google.re2j",
                  "java.lang",
                  "java.lang.invoke",
                  "java.lang.runtime",
                  "java.math",
                  "java.net",
                  "java.util",
                  "java.util.function",
                  "java.util.stream"));

  @ArchTest
  static final ArchRule has_no_io_clock_or_thread =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Thread.class,
              ProcessBuilder.class,
              Runtime.class,
              java.net.Socket.class,
              java.net.URL.class,
              java.util.Timer.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime");

  @ArchTest
  static final ArchRule has_no_package_cycles =
      slices().matching("dev.berth.(scheduler..)").should().beFreeOfCycles();
}
