package org.dl4jext.zoo.forecast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jext.datasets.TimeSeries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The program of docs/forecasting.md: runs here, and stands there word by word. */
class ForecastingGuideTest {

  @TempDir private Path folder;

  @Test
  void theProgramOfTheGuideContinuesTheForecast() throws IOException {
    TimeSeries series =
        Examples.series(Examples.file(folder, Examples.wave(120, 1)), List.of("a"), List.of());
    ForecastResult result =
        Forecaster.run(series, Examples.quick(false), (who, epoch, epochs, error) -> {});
    Path written = ForecastFiles.write(result, folder.resolve("forecast")).get("model");
    List<Double> rows = program(written);
    for (int lead = 0; lead < 6; lead++) {
      assertEquals(result.targets().get(0).forecast()[lead], rows.get(lead), 1e-4);
    }
  }

  private static List<Double> program(Path model) throws IOException {
    List<Double> rows = new ArrayList<>();
    // guide begins
    ForecastModel loaded = ForecastModel.load(model);
    MultiLayerNetwork network = loaded.network();
    SeriesState state = loaded.format().lastState();
    INDArray output = network.rnnTimeStep(state.context());
    for (int lead = 0; lead < 12; lead++) {
      double[] row = state.decode(output);
      rows.add(row[0]);
      output = network.rnnTimeStep(state.append(row).lastRow());
    }
    // guide ends
    return rows;
  }

  @Test
  void theGuideShowsThatProgram() throws IOException {
    String test =
        Files.readString(
            Path.of("src/test/java/org/dl4jext/zoo/forecast/ForecastingGuideTest.java"));
    String guide = Files.readString(Path.of("../docs/forecasting.md"));
    int from = test.indexOf("// guide begins") + "// guide begins".length();
    String program = test.substring(from, test.indexOf("// guide ends"));
    for (String line : program.strip().lines().toList()) {
      assertTrue(guide.contains(line.strip()), line);
    }
  }
}
