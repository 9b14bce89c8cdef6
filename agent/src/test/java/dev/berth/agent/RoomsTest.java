package dev.berth.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class RoomsTest {
  private static final JavaClasses AGENT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.berth.agent");

  @Test
  void rooms_do_not_need_each_other_in_a_circle() {
    slices().matching("dev.berth.agent.(*)..").should().beFreeOfCycles().check(AGENT);
  }

  @Test
  void the_way_to_the_engine_needs_no_other_room() {
    noClasses()
        .that()
        .resideInAPackage("..agent.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.berth.agent", "..agent.feed..", "..agent.host..")
        .check(AGENT);
  }
}
