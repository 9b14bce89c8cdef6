package dev.berth.integrationtests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules and rooms. */
@AnalyzeClasses(packages = "dev.berth", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule MODULES_POINT_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("common")
          .definedBy("dev.berth.common..")
          .layer("scheduler")
          .definedBy("dev.berth.scheduler..")
          .layer("agent")
          .definedBy("dev.berth.agent..")
          .layer("manager")
          .definedBy("dev.berth.manager..")
          .layer("lab")
          .definedBy("dev.berth.lab..")
          .layer("cli")
          .definedBy("dev.berth.cli..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("manager")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("agent")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("lab")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("scheduler")
          .mayOnlyBeAccessedByLayers("manager");

  @ArchTest
  static final ArchRule ROOMS_OF_THE_MANAGER_HAVE_NO_CYCLE =
      slices().matching("dev.berth.manager.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ROOMS_OF_COMMON_HAVE_NO_CYCLE =
      slices().matching("dev.berth.common.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ROOMS_OF_THE_AGENT_HAVE_NO_CYCLE =
      slices().matching("dev.berth.agent.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOTHING_BELOW_HTTP_KNOWS_A_REQUEST =
      noClasses()
          .that()
          .resideInAnyPackage("dev.berth.manager.view..", "dev.berth.manager.cluster..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("dev.berth.common.http.Exchange");

  /** Of java.net it reads addresses alone; its own test forbids sockets. */
  @ArchTest
  static final ArchRule THE_SCHEDULER_IS_PURE =
      classes()
          .that()
          .resideInAPackage("dev.berth.scheduler..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.math..",
              "java.net..",
              "java.util..",
              "com.google.re2j..",
              "dev.berth.scheduler..",
              "dev.berth.common.id..",
              "dev.berth.common.resource..");
}
