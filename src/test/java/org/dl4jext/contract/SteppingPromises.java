package org.dl4jext.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Step by step equals the whole sequence, and states are the user's to save and set. */
interface SteppingPromises extends LayerUnderTest {

  List<List<Integer>> SPLITS =
      List.of(List.of(1, 1, 1, 1, 1, 1, 1), List.of(3, 4), List.of(2, 1, 4), List.of(7));

  @ParameterizedTest
  @MethodSource("org.dl4jext.contract.LayerUnderTest#all")
  default void stepsEqualTheWholeSequence(Variant variant) {
    TestNet net = net(variant);
    INDArray x = net.input(3, 7, 1);
    INDArray whole = net.output(x);
    boolean exact = variant.dataType() == org.nd4j.linalg.api.buffer.DataType.DOUBLE;
    for (List<Integer> split : SPLITS) {
      net.clearState();
      int from = 0;
      for (int length : split) {
        INDArray y = net.timeStep(net.steps(x, from, from + length));
        ArrayAssertions.assertClose(net.steps(whole, from, from + length), y, exact ? 1e-10 : 1e-5);
        from += length;
      }
    }
  }

  @Test
  default void aSingleStepMayHaveRankTwo() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 2, 1);
    INDArray whole = net.output(x);
    for (int t = 0; t < 2; t++) {
      INDArray y =
          net.timeStep(
              x.get(
                  org.nd4j.linalg.indexing.NDArrayIndex.all(),
                  org.nd4j.linalg.indexing.NDArrayIndex.all(),
                  org.nd4j.linalg.indexing.NDArrayIndex.point(t)));
      assertEquals(2, y.rank());
      ArrayAssertions.assertClose(net.steps(whole, t, t + 1).reshape(y.shape()), y, 1e-10);
    }
  }

  @Test
  default void statesCanBeSavedAndRestored() {
    for (Variant variant : Variant.inDouble()) {
      TestNet net = net(variant);
      INDArray x = net.input(3, 7, 1);
      net.timeStep(net.steps(x, 0, 4));
      Map<Integer, Map<String, INDArray>> saved = new HashMap<>();
      for (int i = 0; i < variant.depth(); i++) {
        saved.put(i, net.recurrent(i).rnnGetPreviousState());
      }
      INDArray expected = net.timeStep(net.steps(x, 4, 7)).dup();
      net.clearState();
      net.timeStep(net.input(3, 2, 9));
      saved.forEach((i, state) -> net.recurrent(i).rnnSetPreviousState(state));
      ArrayAssertions.assertBitEqual(expected, net.timeStep(net.steps(x, 4, 7)));
    }
  }

  /** Single steps may go another way than longer pieces, through the same states. */
  @Test
  default void statesMoveBetweenSingleStepsAndLongerPieces() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 4, 1);
    net.timeStep(net.steps(x, 0, 1));
    Map<String, INDArray> saved = net.recurrent(0).rnnGetPreviousState();
    INDArray single = net.timeStep(net.steps(x, 1, 2)).dup();
    net.timeStep(net.steps(x, 3, 4));
    net.recurrent(0).rnnSetPreviousState(saved);
    INDArray piece = net.timeStep(net.steps(x, 1, 3));
    ArrayAssertions.assertClose(single, net.steps(piece, 0, 1), 1e-10);
    net.recurrent(0).rnnSetPreviousState(saved);
    ArrayAssertions.assertBitEqual(single, net.timeStep(net.steps(x, 1, 2)));
  }

  @Test
  default void aStepFollowsChangedParameters() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 4, 1);
    net.timeStep(net.steps(x, 0, 1));
    net.timeStep(net.steps(x, 1, 2));
    Map<String, INDArray> saved = net.recurrent(0).rnnGetPreviousState();
    net.params().muli(1.1);
    INDArray single = net.timeStep(net.steps(x, 2, 3)).dup();
    net.recurrent(0).rnnSetPreviousState(saved);
    INDArray piece = net.timeStep(net.steps(x, 2, 4));
    ArrayAssertions.assertClose(net.steps(piece, 0, 1), single, 1e-10);
  }

  @Test
  default void clearedStatesStartAnew() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 4, 1);
    INDArray first = net.timeStep(x).dup();
    assertFalse(ArrayAssertions.bitEqual(first, net.timeStep(x)), "the state is not carried");
    net.clearState();
    assertTrue(net.recurrent(0).rnnGetPreviousState().isEmpty());
    ArrayAssertions.assertBitEqual(first, net.timeStep(x));
  }

  @Test
  default void outputDoesNotTouchTheStreamingState() {
    TestNet net = net(Variant.PLAIN);
    INDArray x = net.input(3, 6, 1);
    INDArray whole = net.output(x);
    net.timeStep(net.steps(x, 0, 3));
    net.output(net.input(5, 4, 2));
    ArrayAssertions.assertClose(net.steps(whole, 3, 6), net.timeStep(net.steps(x, 3, 6)), 1e-10);
  }

  @Test
  default void truncatedBpttCarriesTheState() {
    TestNet net = net(Variant.PLAIN);
    SingleLayer layer = new SingleLayer(net);
    INDArray x = net.input(3, 7, 1);
    INDArray whole = layer.forward(x, null, false).dup();
    layer.segment(net.steps(x, 0, 4), null, true);
    INDArray second = layer.segment(net.steps(x, 4, 7), null, true);
    ArrayAssertions.assertClose(net.steps(whole, 4, 7), second, 1e-10);
  }

  @Test
  default void aSegmentOfAllStepsIsPlainBackpropagation() {
    for (boolean graph : new boolean[] {false, true}) {
      Variant variant =
          new Variant(
              org.nd4j.linalg.api.buffer.DataType.DOUBLE,
              org.deeplearning4j.nn.conf.RNNFormat.NCW,
              graph,
              2);
      TestNet plain = net(variant);
      TestNet truncated = TestNet.of(variant, this::layer, b -> {}, 7);
      truncated.params().assign(plain.params());
      DataSet data = new DataSet(plain.input(3, 7, 1), plain.labels(3, 7, 2));
      for (int i = 0; i < 3; i++) {
        plain.fit(data);
        truncated.fit(data);
      }
      ArrayAssertions.assertClose(plain.params(), truncated.params(), 1e-12);
    }
  }

  @Test
  default void truncatedGradientsAreExactWithinASegment() {
    TestNet net = net(Variant.PLAIN);
    SingleLayer layer = new SingleLayer(net);
    INDArray x = net.input(3, 8, 1);
    layer.segment(net.steps(x, 0, 5), null, true);
    Map<String, INDArray> state = layer.recurrent().rnnGetTBPTTState();
    INDArray second = net.steps(x, 5, 8).dup('c');
    INDArray weights = GradientPromises.weights(layer.segment(second, null, true));
    INDArray dx = layer.backward(weights.dup()).getSecond().dup();
    INDArray flat = layer.layer().getGradientsViewArray().dup();
    SingleLayer.Loss loss =
        () -> {
          layer.recurrent().rnnSetTBPTTState(state);
          return layer.loss(layer.segment(second, null, false), weights);
        };
    ArrayAssertions.assertClose(SingleLayer.differences(second, loss), dx, 1e-7);
    INDArray params = layer.layer().params();
    INDArray sparse = Nd4j.create(params.dataType(), params.shape());
    for (long i = 0; i < params.length(); i += 5) {
      INDArray one = params.getScalar(i);
      sparse.putScalar(i, SingleLayer.differences(one, loss).getDouble(0) - flat.getDouble(i));
    }
    assertTrue(sparse.amaxNumber().doubleValue() <= 1e-7, "worst " + sparse.amaxNumber());
  }

  @Test
  default void stepsInHalfAreFinite() {
    TestNet half = net(Variant.FLOAT.with(DataType.FLOAT16));
    for (int seed = 1; seed < 4; seed++) {
      assertTrue(ArrayAssertions.finite(half.timeStep(half.input(3, 7, seed))));
    }
  }
}
