package org.dl4jext.golden;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dl4jext.Repository;
import org.dl4jext.zoo.golden.GoldenCases;
import org.dl4jext.zoo.golden.Verifier;
import org.dl4jext.zoo.golden.Verifier.Verdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every golden case, in every execution, through every door, forward and all gradients. The shipped
 * cases by default; {@code -Dgolden.dir=DIR} runs another directory, {@code -Dgolden.op=NAME} one
 * operation.
 */
class GoldenCasesTest {

  private GoldenCases cases;

  @BeforeEach
  void open() {
    String directory = System.getProperty("golden.dir", "");
    if (directory.isEmpty()) {
      cases = GoldenCases.shipped();
    } else {
      Path path = Repository.root().resolve(directory);
      assertTrue(Files.isDirectory(path), "golden.dir is not a directory: " + path);
      cases = GoldenCases.of(path);
    }
  }

  @AfterEach
  void close() {
    cases.close();
  }

  @TestFactory
  List<DynamicContainer> everyCasePasses() {
    String op = System.getProperty("golden.op", "");
    List<String> ops = cases.ops();
    assertTrue(op.isEmpty() || ops.contains(op), "golden.op has no cases: " + op + " in " + ops);
    List<DynamicContainer> containers = new ArrayList<>();
    for (String selected : op.isEmpty() ? ops : List.of(op)) {
      List<DynamicTest> tests = new ArrayList<>();
      for (String name : cases.cases(selected)) {
        tests.add(DynamicTest.dynamicTest(name, () -> verify(selected, name)));
      }
      assertFalse(tests.isEmpty(), "no case of " + selected);
      containers.add(DynamicContainer.dynamicContainer(selected, tests));
    }
    assertFalse(containers.isEmpty(), "no golden case");
    return containers;
  }

  private void verify(String op, String name) {
    List<String> failures = new ArrayList<>();
    for (Verdict verdict : new Verifier().verify(cases, op, name)) {
      String in =
          verdict.execution() == null
              ? ""
              : verdict.execution().name().toLowerCase(Locale.ROOT) + ": ";
      verdict.failures().forEach(failure -> failures.add(in + failure));
    }
    assertTrue(failures.isEmpty(), () -> op + "/" + name + "\n" + String.join("\n", failures));
  }
}
