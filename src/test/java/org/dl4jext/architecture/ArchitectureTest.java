package org.dl4jext.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.Executor;

/** What may depend on what, and what may not exist. */
@AnalyzeClasses(
    packages = "org.dl4jext",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NotThisModule.class})
class ArchitectureTest {

  /** Leaves out the tests of this module, which ArchUnit cannot tell from library code. */
  static final class NotThisModule implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("root-tests");
    }
  }

  private static final String[] LIBRARIES = {
    "org.dl4jext.samediff..", "org.dl4jext.recurrent..", "org.dl4jext.datasets.."
  };

  @ArchTest
  static final ArchRule MATHEMATICS_KNOWS_NO_DL4J =
      noClasses()
          .that()
          .resideInAPackage("org.dl4jext.samediff..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.deeplearning4j..",
              "org.datavec..",
              "org.dl4jext.recurrent..",
              "org.dl4jext.zoo..");

  @ArchTest
  static final ArchRule LAYERS_KNOW_NEITHER_DATA_NOR_ZOO =
      noClasses()
          .that()
          .resideInAPackage("org.dl4jext.recurrent..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.dl4jext.datasets..", "org.dl4jext.zoo..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule PACKAGES_ARE_NAMED_BY_WHAT_THEY_HOLD =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..impl..", "..helper..", "..helpers..");

  @ArchTest
  static final ArchRule LIBRARIES_PRINT_NOTHING =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARIES)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(System.class, "setOut", java.io.PrintStream.class)
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  private static final DescribedPredicate<JavaField> OP_REGISTRATION =
      describe(
          "the registration of ops",
          field -> field.getFullName().equals("org.dl4jext.samediff.op.RecurrentOps.registered"));

  @ArchTest
  static final ArchRule STATIC_FIELDS_ARE_FINAL =
      fields()
          .that()
          .areStatic()
          .and(DescribedPredicate.not(OP_REGISTRATION))
          .should()
          .beFinal()
          .because("the registration of ops is the only static state");

  private static final DescribedPredicate<JavaField> WORKER_THREADS =
      describe(
          "the worker threads of the host kernels, which hold no data between calls",
          field ->
              field.getFullName().equals("org.dl4jext.samediff.kernel.HostThreads$Pool.HELPERS"));

  private static final DescribedPredicate<JavaClass> STATEFUL =
      assignableTo(ThreadLocal.class)
          .or(assignableTo(Executor.class))
          .or(assignableTo(StringBuilder.class))
          .or(assignableTo(Thread.class))
          .or(
              describe(
                  "of the atomic or concurrent packages",
                  type -> type.getPackageName().startsWith("java.util.concurrent")));

  @ArchTest
  static final ArchRule STATIC_FIELDS_HOLD_NO_STATE =
      noFields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(LIBRARIES)
          .and(DescribedPredicate.not(WORKER_THREADS))
          .should()
          .haveRawType(STATEFUL);

  @ArchTest
  static final ArchRule FAMILIES_OF_MATHEMATICS_ARE_ACYCLIC =
      slices().matching("org.dl4jext.samediff.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule FAMILIES_OF_LAYERS_ARE_ACYCLIC =
      slices()
          .matching("org.dl4jext.recurrent.(*)..")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true);
}
