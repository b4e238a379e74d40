package org.dl4jext.zoo.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Grey pictures side by side, each in a frame whose colour is its class. */
public final class ContactSheet {

  private static final int FRAME = 3;
  private static final int GAP = 4;

  private ContactSheet() {}

  /**
   * The sheet.
   *
   * @param pictures features [N,1,H,W] of 0 (black) to 1, labels [N,classes]
   * @param columns pictures in a row
   */
  public static Plot of(String title, DataSet pictures, int columns) {
    INDArray x = pictures.getFeatures();
    int count = Math.toIntExact(x.size(0));
    int height = Math.toIntExact(x.size(2));
    int width = Math.toIntExact(x.size(3));
    int stepX = width + 2 * FRAME + GAP;
    int stepY = height + 2 * FRAME + GAP;
    int rows = (count + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(columns * stepX + GAP, rows * stepY + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    int[] classes = pictures.getLabels().argMax(1).toIntVector();
    for (int n = 0; n < count; n++) {
      int left = GAP + n % columns * stepX;
      int top = GAP + n / columns * stepY;
      graphics.setColor(Palette.SERIES[classes[n] % Palette.SERIES.length]);
      graphics.fillRect(left, top, width + 2 * FRAME, height + 2 * FRAME);
      for (int i = 0; i < height; i++) {
        for (int j = 0; j < width; j++) {
          float grey = Math.max(0, Math.min(1, x.getFloat(n, 0, i, j)));
          sheet.setRGB(left + FRAME + j, top + FRAME + i, new Color(grey, grey, grey).getRGB());
        }
      }
    }
    graphics.dispose();
    return new Plot(title, sheet);
  }
}
