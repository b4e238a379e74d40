package org.dl4jext.samediff.op;

import static org.dl4jext.samediff.op.StoredGraph.INPUTS;
import static org.dl4jext.samediff.op.StoredGraph.OUTPUTS;
import static org.dl4jext.samediff.op.StoredGraph.x;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.dl4jext.samediff.qkan.Qkan;
import org.dl4jext.samediff.qkan.QkanLayout;
import org.dl4jext.samediff.qkan.QkanSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every option of the ops survives {@code SameDiff.save} and {@code SameDiff.load}. */
class StoredOpsTest {

  static Stream<StoredGraph> graphs() {
    return Stream.of(
            StoredCellGraphs.graphs(),
            StoredPlstmGraphs.graphs(),
            StoredUniversalGraphs.graphs(),
            StoredMemoryGraphs.graphs())
        .flatMap(family -> family);
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void aStoredGraphGivesTheSameBits(StoredGraph graph, @TempDir Path folder) {
    File file = folder.resolve("graph.fb").toFile();
    graph.sd().save(file, true);
    SameDiff loaded = SameDiff.load(file, true);
    loaded.setLossVariables("loss");
    String[] wanted =
        graph.sd().variables().stream()
            .filter(v -> v.getVariableType() == VariableType.VARIABLE)
            .map(SDVariable::name)
            .toArray(String[]::new);
    assertTrue(wanted.length > 1);
    assertSame(
        graph.sd().output(Map.of(), "loss").get("loss"),
        loaded.output(Map.of(), "loss").get("loss"));
    Map<String, INDArray> expected = graph.sd().calculateGradients(Map.of(), wanted);
    Map<String, INDArray> actual = loaded.calculateGradients(Map.of(), wanted);
    for (String name : wanted) {
      assertSame(expected.get(name), actual.get(name));
      assertTrue(expected.get(name).amaxNumber().doubleValue() > 0, name);
    }
  }

  private static void assertSame(INDArray expected, INDArray actual) {
    assertArrayEquals(expected.dup('c').data().asDouble(), actual.dup('c').data().asDouble());
  }

  @Test
  void aWrongNumberOfParametersIsNamed() {
    SameDiff sd = SameDiff.create();
    QkanLayout layout = QkanLayout.layer(QkanSpec.standard(), INPUTS, OUTPUTS);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Qkan.layer(sd, x(sd), null, List.of(), layout))
            .getMessage();
    assertTrue(message.contains("0 parameters; allowed: 6"), message);
  }
}
