package org.dl4jext.zoo.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.dl4jext.zoo.plot.HeatMap;
import org.dl4jext.zoo.plot.LinePlot;
import org.dl4jext.zoo.plot.Plot;
import org.dl4jext.zoo.plot.TrainingCurve;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir private Path folder;

  @Test
  void configurationStandsFirstAndTheEnvironmentLast() {
    String html =
        new Report("run")
            .environment(Map.of("java", "17"))
            .table("Metrics", List.of(List.of("length", "task"), List.of(32, "parity")))
            .configuration("recurrent train parity", Map.of("--steps", 2))
            .html();
    int configuration = html.indexOf("recurrent train parity");
    int metrics = html.indexOf("<h2>Metrics</h2>");
    int environment = html.indexOf("<h2>Environment</h2>");
    assertTrue(0 < configuration && configuration < metrics && metrics < environment, html);
    assertTrue(html.startsWith("<!DOCTYPE html>"), html);
    assertTrue(html.contains("<td class=\"number\">32</td>"), html);
    assertTrue(html.contains("<td>parity</td>"), html);
  }

  @Test
  void whatUsersTypeIsTextAndNotMarkup() {
    String html =
        new Report("<b>").configuration("<script>alert(1)</script>", Map.of("a&b", "\"<i>")).html();
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("<i>"), html);
    assertTrue(html.contains("&lt;script&gt;"), html);
    assertTrue(html.contains("a&amp;b"), html);
  }

  @Test
  void curvesOfAnyKindBecomeImages() throws IOException {
    TrainingCurve one = new TrainingCurve();
    one.add(1, 3);
    TrainingCurve many = new TrainingCurve();
    for (int step = 1; step <= 1001; step++) {
      many.add(step, step == 7 ? Double.NaN : 1e3 / step);
    }
    assertEquals(334, many.line("many").x().length);
    for (Plot plot :
        List.of(
            LinePlot.training("t", "epoch", "loss", List.of(one.line("one"), many.line("many"))),
            LinePlot.training("nothing", "epoch", "loss", List.of()),
            LinePlot.shares(
                "s", "hops", "accuracy", Map.of("x", new java.util.TreeMap<>(Map.of(1, 0.5)))),
            HeatMap.of(
                "h",
                new HeatMap.Axes("position", "hops"),
                List.of(1, 2),
                List.of(new double[] {1, 2}, new double[] {3})))) {
      assertEquals(
          plot.image().getWidth(),
          ImageIO.read(new ByteArrayInputStream(plot.png())).getWidth(),
          plot.title());
    }
  }

  @Test
  void seedsAreAveragedStepByStep() {
    TrainingCurve curve = new TrainingCurve();
    curve.add(1, 2);
    curve.add(2, 4);
    curve.add(1, 4);
    curve.add(2, 8);
    LinePlot.Line line = curve.line("mean");
    assertEquals(List.of(3.0, 6.0), java.util.Arrays.stream(line.y()).boxed().toList());
  }

  @Test
  void filesAppearTogetherOrNotAtAll() throws IOException {
    Path to = folder.resolve("out");
    OutputFolder failing =
        new OutputFolder(to)
            .add("a.txt", file -> Files.writeString(file, "a"))
            .add(
                "b.txt",
                file -> {
                  throw new IOException("disk full");
                });
    assertThrows(IOException.class, failing::write);
    assertFalse(Files.exists(to));

    Files.createDirectories(to);
    Files.writeString(to.resolve("a.txt"), "old");
    assertThrows(IOException.class, failing::write);
    assertEquals("old", Files.readString(to.resolve("a.txt"), StandardCharsets.UTF_8));
    try (var left = Files.list(to)) {
      assertEquals(1, left.count());
    }
  }
}
