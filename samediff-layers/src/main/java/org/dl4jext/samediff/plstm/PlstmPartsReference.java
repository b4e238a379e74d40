package org.dl4jext.samediff.plstm;

/** The parts that layers have around a recurrence, as loops in double precision. */
final class PlstmPartsReference {

  private PlstmPartsReference() {}

  /** factor W x + b of the slices of a map. */
  static Traced[] affine(PlstmMaps maps, PlstmMap map, TracedArray[] parameters, Traced[] x) {
    TracedArray bias = parameters[maps.bias(map)].reshape(map.outputs());
    Traced[] y = new Traced[map.outputs()];
    for (int o = 0; o < y.length; o++) {
      y[o] = bias.at(o);
      if (map.weighted()) {
        TracedArray weight = parameters[maps.weight(map)].reshape(map.outputs(), map.sliceSize());
        for (int c = 0; c < map.sliceSize(); c++) {
          Traced product = weight.at(map.row(o), c).times(x[map.slice(o) * map.sliceSize() + c]);
          y[o] = y[o].plus(product.times(map.factor()));
        }
      }
    }
    return y;
  }

  /** sigmoid of an affine map. */
  static Traced[] gate(PlstmMaps maps, String name, TracedArray[] parameters, Traced[] x) {
    Traced[] y = affine(maps, maps.map(name), parameters, x);
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i].sigmoid();
    }
    return y;
  }

  /** tanh(f e), or exp(P - P') diag(tanh(f e)) exp(N - N') where matrices are larger than 1. */
  static Traced[] transition(
      Traced.Tape record,
      PlstmMaps maps,
      String suffix,
      TracedArray[] parameters,
      Traced[] x,
      int size,
      double factor,
      int order) {
    Traced[] e = affine(maps, maps.map("eigenvalues" + suffix), parameters, x);
    for (int i = 0; i < e.length; i++) {
      e[i] = e[i].times(factor).tanh();
    }
    if (size == 1) {
      return e;
    }
    Traced[] in = affine(maps, maps.map("inRotation" + suffix), parameters, x);
    Traced[] out = affine(maps, maps.map("outRotation" + suffix), parameters, x);
    Traced[] t = new Traced[in.length];
    for (int g = 0; g < e.length / size; g++) {
      Traced[][] first = rotation(record, in, g, size, order);
      Traced[][] second = rotation(record, out, g, size, order);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          Traced sum = record.of(0);
          for (int k = 0; k < size; k++) {
            sum = sum.plus(second[i][k].times(e[g * size + k]).times(first[k][j]));
          }
          t[(g * size + i) * size + j] = sum;
        }
      }
    }
    return t;
  }

  /** The series of exp(A - A') up to a number of terms. */
  private static Traced[][] rotation(
      Traced.Tape record, Traced[] all, int group, int size, int order) {
    Traced[][] power = new Traced[size][size];
    Traced[][] sum = new Traced[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        power[i][j] = record.of(i == j ? 1 : 0);
        sum[i][j] = power[i][j];
      }
    }
    for (int n = 1; n < order; n++) {
      Traced[][] next = new Traced[size][size];
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          next[i][j] = record.of(0);
          for (int k = 0; k < size; k++) {
            Traced skew =
                all[(group * size + k) * size + j].minus(all[(group * size + j) * size + k]);
            next[i][j] = next[i][j].plus(power[i][k].times(skew).times(1.0 / n));
          }
          sum[i][j] = sum[i][j].plus(next[i][j]);
        }
      }
      power = next;
    }
    return sum;
  }

  /** RMS norm of the outputs [heads][..] of each head with gains, then the last projection. */
  static Traced[] readout(
      Traced.Tape record, Traced[][] heads, TracedArray gain, TracedArray weight, double eps) {
    int size = heads[0].length;
    Traced[] joined = new Traced[heads.length * size];
    for (int h = 0; h < heads.length; h++) {
      Traced squares = record.of(0);
      for (Traced y : heads[h]) {
        squares = squares.plus(y.times(y));
      }
      Traced rate = squares.times(1.0 / size).plus(eps).rsqrt();
      for (int i = 0; i < size; i++) {
        joined[h * size + i] = heads[h][i].times(rate).times(gain.at(h, i));
      }
    }
    Traced[] y = new Traced[weight.size(0)];
    for (int o = 0; o < y.length; o++) {
      y[o] = record.of(0);
      for (int i = 0; i < joined.length; i++) {
        y[o] = y[o].plus(weight.at(o, i).times(joined[i]));
      }
    }
    return y;
  }

  /** Puts numbers of all heads, [head][..] flat, into an array [head,position..,..]. */
  static void fill(TracedArray to, Traced[] from, int heads, int... position) {
    int positions = to.size(1);
    int size = from.length / heads;
    int index = position[0];
    if (position.length == 2) {
      index = index * to.size(2) + position[1];
      positions *= to.size(2);
    }
    TracedArray flat = to.reshape(heads, positions, size);
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < size; i++) {
        flat.set(from[h * size + i], h, index, i);
      }
    }
  }
}
