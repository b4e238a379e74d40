package org.dl4jext.datasets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Handwritten digits of 8 x 8 pixels with values 0 to 16 (UCI, Optical Recognition of Handwritten
 * Digits), split at random so that each class keeps its share.
 */
public final class Digits {

  /** Rows and columns of a picture. */
  public static final int SIZE = 8;

  /** Number of classes. */
  public static final int CLASSES = 10;

  private static final int PIXELS = SIZE * SIZE;
  private static final float WHITE = 16;

  private final List<int[]> train = new ArrayList<>();
  private final List<int[]> test = new ArrayList<>();

  private Digits(List<int[]> rows, double trainShare, long seed) {
    Random random = new Random(seed);
    for (int digit = 0; digit < CLASSES; digit++) {
      List<int[]> ofClass = new ArrayList<>();
      for (int[] row : rows) {
        if (row[PIXELS] == digit) {
          ofClass.add(row);
        }
      }
      Collections.shuffle(ofClass, random);
      int cut = (int) Math.round(ofClass.size() * trainShare);
      train.addAll(ofClass.subList(0, cut));
      test.addAll(ofClass.subList(cut, ofClass.size()));
    }
    Collections.shuffle(train, random);
  }

  /**
   * Reads a gzipped table of 64 pixels, row after row, and the digit.
   *
   * @param trainShare share of each class that is for training
   * @param seed of the split
   * @throws CsvException if a line is not such a row
   */
  public static Digits read(Path file, double trainShare, long seed) throws IOException {
    requireShare(trainShare);
    List<int[]> rows = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(row(file, line, rows.size() + 1));
      }
    }
    return new Digits(rows, trainShare, seed);
  }

  /**
   * The pictures for training alone, split again: for choices that must not look at those for
   * testing.
   *
   * @param trainShare share of each class that is for training
   * @param seed of the split
   */
  public Digits withinTraining(double trainShare, long seed) {
    requireShare(trainShare);
    return new Digits(train, trainShare, seed);
  }

  private static void requireShare(double trainShare) {
    if (!(trainShare > 0 && trainShare < 1)) {
      throw new IllegalArgumentException(
          "Digits: trainShare is " + trainShare + "; allowed: above 0 and below 1");
    }
  }

  private static int[] row(Path file, String line, int number) {
    String[] cells = line.split(",", -1);
    int[] row = new int[cells.length];
    boolean fits = cells.length == PIXELS + 1;
    for (int i = 0; fits && i < row.length; i++) {
      fits = cells[i].matches("\\d{1,2}");
      row[i] = fits ? Integer.parseInt(cells[i]) : 0;
      fits = fits && row[i] <= (i < PIXELS ? (int) WHITE : CLASSES - 1);
    }
    if (!fits) {
      throw CsvException.at(file, number, "allowed: 64 numbers from 0 to 16 and a digit");
    }
    return row;
  }

  /** Number of pictures for training. */
  public int trainSize() {
    return train.size();
  }

  /** Number of pictures for testing. */
  public int testSize() {
    return test.size();
  }

  /** Pictures for training as [N,1,8,8] in [0,1], labels [N,10]. */
  public DataSet trainImages() {
    return dataSet(train, SIZE, SIZE);
  }

  /** Pictures for testing as [N,1,8,8] in [0,1], labels [N,10]. */
  public DataSet testImages() {
    return dataSet(test, SIZE, SIZE);
  }

  /** Pictures for training as sequences [N,1,64] in [0,1], row after row, labels [N,10]. */
  public DataSet trainSequences() {
    return dataSet(train, PIXELS);
  }

  /** Pictures for testing as sequences [N,1,64] in [0,1], row after row, labels [N,10]. */
  public DataSet testSequences() {
    return dataSet(test, PIXELS);
  }

  private static DataSet dataSet(List<int[]> rows, int... axes) {
    float[] pixels = new float[rows.size() * PIXELS];
    float[] labels = new float[rows.size() * CLASSES];
    for (int n = 0; n < rows.size(); n++) {
      for (int i = 0; i < PIXELS; i++) {
        pixels[n * PIXELS + i] = rows.get(n)[i] / WHITE;
      }
      labels[n * CLASSES + rows.get(n)[PIXELS]] = 1;
    }
    long[] shape = new long[2 + axes.length];
    shape[0] = rows.size();
    shape[1] = 1;
    for (int i = 0; i < axes.length; i++) {
      shape[2 + i] = axes[i];
    }
    INDArray x = Nd4j.createFromArray(pixels).reshape('c', shape);
    return new DataSet(x, Nd4j.createFromArray(labels).reshape('c', rows.size(), CLASSES));
  }
}
