package org.dl4jext.samediff.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatBlocksTest {

  static Stream<FloatBlocks> floats() {
    return BlocksBuilds.floats().stream();
  }

  static Stream<DoubleBlocks> doubles() {
    return BlocksBuilds.doubles().stream();
  }

  @Test
  void theVectorBuildIsTakenWhereItsModuleIsPresent() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertEquals(present, FloatBlocks.best().explicit(), FloatBlocks.best().name());
  }

  @ParameterizedTest
  @MethodSource("floats")
  void productsOfAnySizeAgreeWithTheDefinition(FloatBlocks blocks) {
    Random random = new Random(1);
    for (int round = 0; round < 300; round++) {
      int m = 1 + random.nextInt(20);
      int n = 1 + random.nextInt(70);
      int k = random.nextInt(20);
      boolean transposed = random.nextBoolean();
      boolean accumulate = random.nextBoolean();
      float[] a = random(random, 500);
      float[] b = random(random, 1500);
      float[] c = random(random, 1600);
      float[] expected = c.clone();
      int aRow = transposed ? 1 : k + 2;
      int aColumn = transposed ? m + 1 : 1;
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int l = 0; l < k; l++) {
            sum += (double) a[3 + i * aRow + l * aColumn] * b[5 + l * n + j];
          }
          int at = 7 + i * (n + 3) + j;
          expected[at] = (float) (-1.5 * sum + (accumulate ? c[at] : 0));
        }
      }
      blocks.multiply(m, n, k, a, 3, aRow, aColumn, b, 5, n, c, 7, n + 3, -1.5f, accumulate);
      assertArrayEquals(expected, c, 1e-4f, m + "x" + n + "x" + k);
    }
  }

  @ParameterizedTest
  @MethodSource("doubles")
  void substitutionSolvesTheTriangularSystemInBothDirections(DoubleBlocks blocks) {
    Random random = new Random(2);
    for (int m : new int[] {1, 2, 3, 4, 5, 7, 8, 13, 32}) {
      for (int n : new int[] {1, 8, 11, 16, 24, 40}) {
        double[] a = doubles(random, m * m);
        double[] scale = doubles(random, m);
        double[] r = doubles(random, m * n);
        double[] e = r.clone();
        double[] u = new double[m * n];
        blocks.substitute(m, n, a, 0, m, 1, scale, 0, 1, e, 0, n, u, 0, n);
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            double sum = e[i * n + j];
            for (int l = 0; l < i; l++) {
              sum += a[i * m + l] * u[l * n + j];
            }
            assertEquals(r[i * n + j], sum, 1e-9 * Math.max(1, Math.abs(e[i * n + j])));
            assertEquals(scale[i] * e[i * n + j], u[i * n + j], 1e-12 * Math.abs(u[i * n + j]));
          }
        }
        double[] back = r.clone();
        int last = m - 1;
        blocks.substitute(
            m, n, a, last * m + last, -1, -m, scale, last, -1, back, last * n, -n, u, last * n, -n);
        for (int i = 0; i < m; i++) {
          double sum = back[i * n];
          for (int l = i + 1; l < m; l++) {
            sum += a[l * m + i] * u[l * n];
          }
          assertEquals(r[i * n], sum, 1e-9 * Math.max(1, Math.abs(back[i * n])));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("floats")
  void functionsAreAccurateInFloat(FloatBlocks blocks) {
    float[] x = new float[4003];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 2000) / 23f;
    }
    float[] y = new float[x.length];
    blocks.exp(x.length, x, 0, y, 0);
    check(x, y, Math::exp, 3e-7);
    blocks.sigmoid(x.length, x, 0, y, 0);
    check(x, y, v -> 1 / (1 + Math.exp(-v)), 4e-7);
    blocks.softplus(x.length, x, 0, y, 0);
    check(x, y, v -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))), 4e-7);
    blocks.silu(x.length, x, 0, y, 0);
    check(x, y, v -> v / (1 + Math.exp(-v)), 4e-7);
    float[] far = {-1e30f, -1000, -104, Float.NaN, 0, 1000, 1e30f, Float.NEGATIVE_INFINITY};
    float[] wide = java.util.Arrays.copyOf(far, 64);
    blocks.exp(64, wide, 0, wide, 0);
    assertEquals(0, wide[0], 0);
    assertEquals(0, wide[2], 0);
    assertTrue(Float.isNaN(wide[3]));
    assertEquals(1, wide[4], 0);
    assertTrue(wide[6] > 3e38f);
    assertEquals(0, wide[7], 0);
  }

  @ParameterizedTest
  @MethodSource("doubles")
  void functionsAreAccurateInDouble(DoubleBlocks blocks) {
    double[] x = new double[4003];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 2000) / 23.0;
    }
    double[] y = new double[x.length];
    blocks.exp(x.length, x, 0, y, 0);
    check(x, y, Math::exp, 1e-15);
    blocks.softplus(x.length, x, 0, y, 0);
    check(x, y, v -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))), 1e-15);
    blocks.silu(x.length, x, 0, y, 0);
    check(x, y, v -> v / (1 + Math.exp(-v)), 1e-15);
    double[] d = new double[x.length];
    java.util.Arrays.fill(d, 1);
    blocks.siluGradient(x.length, x, 0, d, 0);
    for (int i = 0; i < x.length; i++) {
      assertEquals(siluSlope(x[i]), d[i], 1e-14);
    }
  }

  private static double siluSlope(double x) {
    double s = 1 / (1 + Math.exp(-x));
    return s * (1 + x * (1 - s));
  }

  private static void check(float[] x, float[] y, DoubleUnaryOperator f, double tolerance) {
    for (int i = 0; i < x.length; i++) {
      double expected = f.applyAsDouble(x[i]);
      assertEquals(expected, y[i], tolerance * Math.max(1e-3, Math.abs(expected)), "x=" + x[i]);
    }
  }

  private static void check(double[] x, double[] y, DoubleUnaryOperator f, double tolerance) {
    for (int i = 0; i < x.length; i++) {
      double expected = f.applyAsDouble(x[i]);
      assertEquals(expected, y[i], tolerance * Math.max(1e-3, Math.abs(expected)), "x=" + x[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("floats")
  void largeProductsAgreeWithSmallOnes(FloatBlocks blocks) {
    Random random = new Random(4);
    for (int[] size :
        new int[][] {{1, 1, 1}, {3, 70, 9}, {100, 40, 300}, {37, 131, 513}, {7, 1000, 64}}) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      float[] a = random(random, m * k);
      float[] b = random(random, k * n);
      float[] aT = new float[m * k];
      float[] bT = new float[k * n];
      blocks.transpose(m, k, a, 0, k, aT, 0, m);
      blocks.transpose(k, n, b, 0, n, bT, 0, k);
      float[] expected = new float[m * n];
      blocks.multiply(m, n, k, a, 0, k, 1, b, 0, n, expected, 0, n, 1, false);
      for (int threads : new int[] {1, 3}) {
        FloatProduct product = FloatProduct.of(blocks, threads);
        float[] c = new float[m * n];
        product.multiply(m, n, k, a, k, 1, b, n, 1, c, n, false);
        assertArrayEquals(expected, c, 2e-4f);
        product.multiply(m, n, k, aT, 1, m, bT, 1, k, c, n, true);
        product.multiply(m, n, k, a, k, 1, bT, 1, k, c, n, true);
        for (int i = 0; i < c.length; i++) {
          c[i] /= 3;
        }
        assertArrayEquals(expected, c, 2e-4f);
      }
    }
  }

  private static float[] random(Random random, int length) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static double[] doubles(Random random, int length) {
    double[] x = new double[length];
    for (int i = 0; i < length; i++) {
      x[i] = 0.3 * random.nextGaussian();
    }
    return x;
  }
}
