package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.block.PreNormResidual;
import org.dl4jext.zoo.catalogue.NamedLayer;
import org.dl4jext.zoo.forecast.ForecastModel;
import org.dl4jext.zoo.models.SafeModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class StreamCommandTest {

  private static final int STEPS = 9;
  private static final int TOKENS = 5;

  @TempDir Path folder;
  private String model;
  private MultiLayerNetwork network;
  private List<String> lines;

  @BeforeEach
  void saveModel() throws IOException {
    network = network("memory-caching");
    model = folder.resolve("model.zip").toString();
    SafeModels.save(network, Path.of(model), Map.of());
    lines = IntStream.range(0, STEPS).map(t -> t * 3 % TOKENS).mapToObj(String::valueOf).toList();
  }

  private static MultiLayerNetwork network(String layer) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(TOKENS).nOut(16).build())
                .layer(new PreNormResidual.Builder(NamedLayer.of(layer).ofWidth(16)).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static String joined(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private Invocation stream(List<String> input, String... more) {
    String[] args = Arrays.copyOf(new String[] {"stream", model}, 2 + more.length);
    System.arraycopy(more, 0, args, 2, more.length);
    return Invocation.withInput(joined(input), args);
  }

  @Test
  void everyLineIsAnsweredAsInTheWholeSequence() {
    float[] tokens = new float[STEPS];
    for (int t = 0; t < STEPS; t++) {
      tokens[t] = Float.parseFloat(lines.get(t));
    }
    INDArray whole = network.output(Nd4j.create(tokens, 1, 1, STEPS));
    List<String> answers = stream(lines).ok().out().lines().toList();
    assertEquals(STEPS, answers.size());
    for (int t = 0; t < STEPS; t++) {
      String[] numbers = answers.get(t).split(",", -1);
      assertEquals(3, numbers.length);
      for (int c = 0; c < 3; c++) {
        assertEquals(whole.getDouble(0, c, t), Double.parseDouble(numbers[c]), 1e-6, "step " + t);
      }
    }
  }

  @Test
  void aStreamGoesOnFromItsStateFileUnlessItIsReset() {
    String state = folder.resolve("state").toString();
    List<String> whole = stream(lines).ok().out().lines().toList();
    List<String> first = stream(lines.subList(0, 4), "--state", state).ok().out().lines().toList();
    List<String> rest =
        stream(lines.subList(4, STEPS), "--state", state).ok().out().lines().toList();
    assertEquals(whole.subList(0, 4), first);
    assertEquals(whole.subList(4, STEPS), rest);
    List<String> again = stream(lines, "--state", state, "--reset").ok().out().lines().toList();
    assertEquals(whole, again);
  }

  @Test
  void aStateOfAnotherModelOrADamagedOneIsRefused() throws IOException {
    Path state = folder.resolve("state");
    stream(lines, "--state", state.toString()).ok();
    byte[] bytes = Files.readAllBytes(state);
    Path other = folder.resolve("other.zip");
    SafeModels.save(network("rnn"), other, Map.of());
    String error =
        Invocation.withInput("1\n", "stream", other.toString(), "--state", state.toString())
            .refused(1);
    assertTrue(error.contains("another model"), error);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    assertTrue(stream(lines, "--state", state.toString()).refused(1).contains("damaged"));
    Files.write(state, new byte[3]);
    stream(lines, "--state", state.toString()).refused(1);
  }

  @ParameterizedTest
  @CsvSource({"1 2, 2 numbers", "x, 'x'", "NaN, finite", "'', 0 numbers"})
  void aLineThatIsWrongEndsTheStreamAndKeepsTheState(String wrong, String word) {
    String state = folder.resolve("state").toString();
    Invocation ended = stream(List.of(lines.get(0), lines.get(1), wrong), "--state", state);
    assertEquals(2, ended.out().lines().count());
    String error = ended.refused(1);
    assertTrue(error.contains("line 3") && error.contains(word), error);
    List<String> whole = stream(lines).ok().out().lines().toList();
    List<String> rest =
        stream(lines.subList(2, STEPS), "--state", state).ok().out().lines().toList();
    assertEquals(whole.subList(2, STEPS), rest);
  }

  @Test
  void jsonAnswersAreArrays() {
    String first = stream(lines, "--json").ok().out().lines().findFirst().orElseThrow();
    assertTrue(first.matches("\\[[^,]+,[^,]+,[^,]+]"), first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gated-delta-product", "universal-transformer", "lstm"})
  void statesOfOtherLayersAreKeptToo(String layer) throws IOException {
    SafeModels.save(network(layer), Path.of(model), Map.of());
    aStreamGoesOnFromItsStateFileUnlessItIsReset();
  }

  @ParameterizedTest
  @CsvSource({"rnn, 4", "gated-delta-product, 64"})
  void aForecastingModelAnswersWithWhatPredictForecasts(String layer, int width)
      throws IOException {
    StringBuilder table = new StringBuilder("x,y\n");
    for (int t = 0; t < 90; t++) {
      table.append(Math.sin(t)).append(',').append(3 + Math.cos(t) * (1 + t % 3)).append('\n');
    }
    Path data = Files.writeString(folder.resolve("data.csv"), table);
    Path out = folder.resolve("out");
    String options = "--epochs 1 --horizon 4 --context 8 --target x,y --width " + width;
    List<String> args = new ArrayList<>(List.of("forecast", "--data", data.toString()));
    args.addAll(List.of("--out", out.toString(), "--layer", layer));
    args.addAll(List.of(options.split(" ")));
    Invocation.of(args.toArray(String[]::new)).ok();
    model = out.resolve("model.zip").toString();
    ForecastModel loaded = ForecastModel.load(Path.of(model));
    int read = loaded.format().memory() + loaded.format().context();
    List<String> rows = table.toString().lines().skip(1 + 90 - read).toList();
    List<String> answers = stream(rows).ok().out().lines().toList();
    assertEquals(read, answers.size());
    assertEquals(loaded.format().memory() > 0, answers.get(0).contains("NaN"), answers.get(0));
    String[] last = answers.get(read - 1).split(",", -1);
    List<String> predicted =
        Invocation.of("predict", model, "--data", data.toString(), "--horizon", "1")
            .ok()
            .out()
            .lines()
            .skip(1)
            .toList();
    assertEquals(predicted.size(), last.length);
    for (int c = 0; c < last.length; c++) {
      double expected = Double.parseDouble(predicted.get(c).split(",", -1)[2]);
      assertEquals(expected, Double.parseDouble(last[c]), 1e-5 * Math.abs(expected));
    }
    assertFalse(stream(rows, "--json").ok().out().contains("NaN"));
  }

  @Test
  void aNetworkThatCannotStepIsRefusedBeforeTheFirstLine() throws IOException {
    MultiLayerNetwork both =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Bidirectional(new LSTM.Builder().nIn(3).nOut(4).build()))
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE).nIn(8).nOut(2).build())
                .build());
    both.init();
    SafeModels.save(both, Path.of(model), Map.of());
    String error = stream(lines).refused(1);
    assertTrue(error.contains("does not run step by step"), error);
  }

  @Test
  void doubleNetworksKeepTheirDigits() throws IOException {
    MultiLayerNetwork wide = network.convertDataType(DataType.DOUBLE);
    SafeModels.save(wide, Path.of(model), Map.of());
    String first = stream(lines).ok().out().lines().findFirst().orElseThrow();
    double expected = wide.output(Nd4j.zeros(DataType.DOUBLE, 1, 1, 1)).getDouble(0, 0, 0);
    assertEquals(expected, Double.parseDouble(first.split(",", -1)[0]), 1e-14);
  }
}
