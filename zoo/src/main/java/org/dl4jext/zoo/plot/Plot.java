package org.dl4jext.zoo.plot;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * A finished plot.
 *
 * @param title what it shows
 * @param image its pixels
 */
public record Plot(String title, BufferedImage image) {

  static Plot of(Chart<?, ?> chart) {
    return new Plot(chart.getTitle(), BitmapEncoder.getBufferedImage(chart));
  }

  /** The image as a PNG file. */
  public byte[] png() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IllegalStateException("no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes the image as a PNG file. */
  public void write(Path file) throws IOException {
    Files.write(file, png());
  }
}
