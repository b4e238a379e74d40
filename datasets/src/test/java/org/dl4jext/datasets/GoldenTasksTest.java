package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

/** The task cases of the golden directory named by {@code -Dgolden.dir}; skipped without it. */
class GoldenTasksTest {

  private static List<Path> cases(String op) throws IOException {
    String directory = System.getProperty("golden.dir", "");
    assumeTrue(!directory.isEmpty(), "golden.dir is not set");
    Path folder = Path.of(directory, op);
    assumeTrue(Files.isDirectory(folder), "no cases of " + op);
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    }
  }

  private static int[][] matrix(Path file) {
    return Nd4j.createFromNpyFile(file.toFile()).toIntMatrix();
  }

  private static int[] vector(Path file) {
    return Nd4j.createFromNpyFile(file.toFile()).toIntVector();
  }

  private static String config(Path folder, String key) throws IOException {
    String json = Files.readString(folder.resolve("case.json"));
    Matcher matcher = Pattern.compile('"' + key + "\": *\"?([\\w]+)").matcher(json);
    return matcher.find() ? matcher.group(1) : "null";
  }

  @ParameterizedTest
  @EnumSource
  void answersOfFormalLanguagesAreRecomputed(FormalLanguage language) throws IOException {
    for (Path folder : cases("task_" + language.label().replace('-', '_'))) {
      int vocabulary = Integer.parseInt(config(folder, "vocab_size"));
      var answers = language.answers(matrix(folder.resolve("sequence.npy")), vocabulary);
      assertArrayEquals(matrix(folder.resolve("out_answer_mask.npy")), answers.mask());
      assertArrayEquals(vector(folder.resolve("out_answer.npy")), answers.answers());
    }
  }

  @Test
  void groupTablesGeneratorsAndTargetsAreRecomputed() throws IOException {
    for (Path folder : cases("task_group_word_problem")) {
      FiniteGroup group = FiniteGroup.of(config(folder, "group"));
      String limit = config(folder, "limit_moved_points");
      int[] generators =
          limit.equals("null") ? group.elements() : group.elementsMoving(Integer.parseInt(limit));
      assertArrayEquals(matrix(folder.resolve("out_table.npy")), group.table());
      assertArrayEquals(vector(folder.resolve("out_generators.npy")), generators);
      int[][] tokens = matrix(folder.resolve("tokens.npy"));
      int[][] targets = matrix(folder.resolve("out_targets.npy"));
      for (int row = 0; row < tokens.length; row++) {
        assertArrayEquals(targets[row], group.runningProducts(tokens[row]));
      }
    }
  }
}
