package org.dl4jext.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.dl4jext.datasets.ArrowGeometry.Arrow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class ArrowAndDigitsTest {

  private static final ArrowGeometry GEOMETRY = ArrowGeometry.published(192);

  /** Distance of the circle's centre from the ray of the arrow. */
  private static double miss(Arrow a) {
    double dx = a.circleX() - a.arrowX();
    double dy = a.circleY() - a.arrowY();
    double along = dx * Math.cos(a.direction()) + dy * Math.sin(a.direction());
    double across = dy * Math.cos(a.direction()) - dx * Math.sin(a.direction());
    return along > 0 ? Math.abs(across) : Math.hypot(dx, dy);
  }

  @Test
  void theLabelIsWhatTheRaySays() {
    int pointing = 0;
    for (int i = 0; i < 2000; i++) {
      Arrow arrow = ArrowIterator.picture(GEOMETRY, 3, i);
      pointing += arrow.pointing() ? 1 : 0;
      if (arrow.pointing()) {
        assertTrue(miss(arrow) <= arrow.radius() / 1.2 + 1e-9, "picture " + i);
      } else {
        assertTrue(miss(arrow) >= arrow.radius() * 1.2 - 1e-9, "picture " + i);
      }
      assertTrue(arrow.circleX() >= 30 && arrow.circleX() <= 162);
    }
    assertTrue(pointing > 900 && pointing < 1100, "pointing " + pointing);
  }

  @Test
  void aPictureDoesNotDependOnTheBatch() {
    ArrowEncoding cells = ArrowEncoding.tokens(24);
    ArrowIterator small = new ArrowIterator(GEOMETRY, cells, 3, 10, 5);
    ArrowIterator large = new ArrowIterator(GEOMETRY, cells, 10, 10, 5);
    INDArray all = large.next().getFeatures();
    int first = 0;
    while (small.hasNext()) {
      INDArray some = small.next().getFeatures();
      for (int i = 0; i < some.size(0); i++) {
        assertEquals(all.slice(first + i), some.slice(i));
      }
      first += (int) some.size(0);
    }
    assertEquals(10, first);
    assertFalse(large.hasNext());
    large.reset();
    assertEquals(all, large.next().getFeatures());
  }

  @Test
  void cellsHoldOneArrowAndOneCircle() {
    DataSet set = new ArrowIterator(GEOMETRY, ArrowEncoding.tokens(24), 20, 20, 1).next();
    INDArray x = set.getFeatures();
    assertArrayEquals(new long[] {20, 9, 8, 8}, x.shape());
    for (int n = 0; n < 20; n++) {
      assertEquals(1, x.slice(n).slice(0).sumNumber().doubleValue());
      assertEquals(1, x.slice(n).slice(5).sumNumber().doubleValue());
      double cos = x.slice(n).slice(1).sumNumber().doubleValue();
      double sin = x.slice(n).slice(2).sumNumber().doubleValue();
      assertEquals(1, cos * cos + sin * sin, 1e-5);
    }
    assertEquals(20, set.getLabels().sumNumber().doubleValue());
  }

  @Test
  void theBlackAreaIsThatOfCircleAndArrow() {
    ArrowIterator pictures = new ArrowIterator(GEOMETRY, ArrowEncoding.pixels(4), 1, 6, 2);
    for (int i = 0; i < 6; i++) {
      Arrow a = ArrowIterator.picture(GEOMETRY, 2, i);
      INDArray x = pictures.next().getFeatures();
      assertArrayEquals(new long[] {1, 1, 192, 192}, x.shape());
      double black = 192 * 192 - x.sumNumber().doubleValue();
      double circle = Math.PI * a.radius() * a.radius();
      double lines = 1.8 * a.length() * a.line();
      assertTrue(black > circle * 0.99, "picture " + i);
      assertTrue(black < circle + 1.3 * lines, "picture " + i);
    }
  }

  @Test
  void badGeometriesAreNamed() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ArrowGeometry.published(60))
            .getMessage();
    assertTrue(message.contains("padding is 30.0"), message);
    assertThrows(IllegalArgumentException.class, () -> GEOMETRY.arrow(new double[8]));
    assertThrows(IllegalArgumentException.class, () -> ArrowEncoding.tokens(0));
  }

  private static Path write(Path folder, String text) throws IOException {
    Path file = folder.resolve("digits.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }

  @Test
  void digitsAreSplitByClass(@TempDir Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append("16,").append("0,".repeat(62)).append("8,").append(i % 10).append('\n');
    }
    Digits digits = Digits.read(write(folder, text.toString()), 0.8, 1);
    assertEquals(40, digits.trainSize());
    assertEquals(10, digits.testSize());
    DataSet images = digits.testImages();
    assertArrayEquals(new long[] {10, 1, 8, 8}, images.getFeatures().shape());
    assertEquals(1, images.getFeatures().getDouble(3, 0, 0, 0));
    assertEquals(0.5, images.getFeatures().getDouble(3, 0, 7, 7));
    for (int c = 0; c < 10; c++) {
      assertEquals(1, images.getLabels().sum(0).getDouble(c));
    }
    DataSet sequences = digits.trainSequences();
    assertArrayEquals(new long[] {40, 1, 64}, sequences.getFeatures().shape());
    assertEquals(0.5, sequences.getFeatures().getDouble(0, 0, 63));
  }

  @Test
  void aBadLineIsNamed(@TempDir Path folder) throws IOException {
    Path file = write(folder, "1,2,3\n");
    String message = assertThrows(CsvException.class, () -> Digits.read(file, 0.8, 1)).getMessage();
    assertTrue(message.contains("line 1"), message);
    assertThrows(IllegalArgumentException.class, () -> Digits.read(file, 1, 1));
  }
}
