package org.dl4jext.samediff.qkan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jext.samediff.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class QkanSpecTest {

  private static void assertRefused(Executable creation, String... words) {
    String message = assertThrows(IllegalArgumentException.class, creation).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void badValuesAreRefusedByName() {
    QkanSpec edges = QkanSpec.standard();
    assertRefused(() -> edges.with("reps", 0), "QkanSpec", "reps is 0", "allowed: 1 to");
    assertRefused(() -> edges.with("reps", -3), "reps is -3");
    QkanLstmSpec lstm = QkanLstmSpec.standard();
    assertRefused(() -> lstm.with("reps", 0), "QkanLstmSpec", "reps is 0", "allowed: 1 to");
    assertRefused(() -> lstm.with("latentIn", -1), "latentIn is -1");
    assertRefused(() -> lstm.with("latentIn", 2), "latentIn is 2 and latentOut is 0");
    assertRefused(() -> lstm.with("sharedCodec", true), "sharedCodec is true");
    assertRefused(() -> new QkanSpec(1, null, QkanMeasure.FAST, true, true, true), "ansatz");
    assertRefused(() -> new QkanSpec(1, QkanAnsatz.PZ, null, true, true, true), "measure");
    assertRefused(() -> new QkanLstmLayout(lstm, 0, 2), "nIn and nOut are 0 and 2");
    assertRefused(() -> QkanLayout.layer(edges, 2, -1), "[-1, 2]");
  }

  @Test
  void parametersOfAnEdgeAreCounted() {
    assertEquals(13, QkanSpec.standard().parametersPerEdge());
    assertEquals(17, QkanSpec.standard().with("reps", 3).parametersPerEdge());
    QkanSpec plain = new QkanSpec(3, QkanAnsatz.PZ, QkanMeasure.FAST, false, false, false);
    assertEquals(8, plain.parametersPerEdge());
    assertEquals(9, plain.with("base", true).parametersPerEdge());
    assertEquals(9, QkanSpec.standard().with("reps", 1).parametersPerEdge());
    assertEquals(3 + 6, plain.with("ansatz", QkanAnsatz.RPZ).parametersPerEdge() - 1);
    for (QkanSpec spec : QkanCases.edges()) {
      long all =
          QkanLayout.layer(spec, 3, 5).parameters().stream().mapToLong(TensorShape::length).sum();
      assertEquals(15L * spec.parametersPerEdge(), all);
    }
  }

  @Test
  void smallCellsHaveThePublishedNumberOfParameters() {
    QkanLstmSpec one =
        QkanLstmSpec.of(new QkanSpec(1, QkanAnsatz.PZ, QkanMeasure.FAST, false, false, true));
    assertEquals(40, count(new QkanLstmLayout(one, 1, 1))); // 42 with a linear readout
    assertEquals(88, count(new QkanLstmLayout(one.withLatent(1, 1), 1, 5))); // 94
  }

  private static long count(QkanLstmLayout layout) {
    return layout.parameters().stream().mapToLong(TensorShape::length).sum();
  }
}
