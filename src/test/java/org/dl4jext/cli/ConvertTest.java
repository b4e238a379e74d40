package org.dl4jext.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.recurrent.cells.FlashLstm;
import org.dl4jext.zoo.cli.Recurrent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** {@code recurrent convert} rewrites the LSTMs of a saved model. */
class ConvertTest {

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Recurrent.run(
        new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
  }

  private static MultiLayerNetwork trained() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.01))
                .list()
                .layer(new LSTM.Builder().nOut(6).activation(Activation.TANH).build())
                .layer(new RnnOutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.recurrent(3))
                .build());
    net.init();
    net.fit(x(), labels());
    return net;
  }

  private static INDArray x() {
    return Nd4j.linspace(DataType.FLOAT, -1, 0.1, 2 * 3 * 5).reshape(2, 3, 5);
  }

  private static INDArray labels() {
    return Nd4j.ones(DataType.FLOAT, 2, 2, 5).muli(0.5);
  }

  @Test
  void theNewFileGivesTheSameOutputsAndTrainsOn() throws IOException {
    MultiLayerNetwork stock = trained();
    Path model = folder.resolve("model.zip");
    stock.save(model.toFile(), true);
    assertEquals(0, run("convert", model.toString()), err::toString);
    MultiLayerNetwork flash =
        MultiLayerNetwork.load(folder.resolve("model-flash.zip").toFile(), true);
    assertTrue(flash.getLayer(0).conf().getLayer() instanceof FlashLstm);
    stock.fit(x(), labels());
    flash.fit(x(), labels());
    double error = stock.output(x()).sub(flash.output(x())).amaxNumber().doubleValue();
    assertEquals(0, error, 1e-6);
    assertEquals(2, run("convert", model.toString()), "the new file is there already");
  }

  @Test
  void aFileThatIsNoModelIsRefusedInOneLine() throws IOException {
    Path text = Files.writeString(folder.resolve("text.zip"), "nothing");
    assertEquals(1, run("convert", text.toString()));
    Path foreign = folder.resolve("foreign.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(foreign))) {
      for (String entry : new String[] {"configuration.json", "preprocessor.bin"}) {
        zip.putNextEntry(new ZipEntry(entry));
      }
    }
    assertEquals(1, run("convert", foreign.toString()));
    assertEquals(2, err.toString().lines().count(), err::toString);
    assertTrue(err.toString().contains("preprocessor.bin"), err::toString);
    assertFalse(Files.exists(folder.resolve("foreign-flash.zip")));
  }
}
