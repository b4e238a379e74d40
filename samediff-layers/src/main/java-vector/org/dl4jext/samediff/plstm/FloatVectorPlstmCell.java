package org.dl4jext.samediff.plstm;

import static org.dl4jext.samediff.plstm.PlstmCoreArrays.DIRECT;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.K;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_L;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.M_U;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.Q;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_D;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.S_R;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_DU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RL;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.T_RU;
import static org.dl4jext.samediff.plstm.PlstmCoreArrays.V;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link FloatPlstmScalarCell} in one pass over the states, for values of whole vectors; {@link
 * FloatBlocksPlstmCell} is the slow form.
 *
 * <p>The lanes of a vector are added in memory and not by the vector module, whose sums are
 * strictly ordered. The loops call that module directly, and no vector is given to or returned by a
 * method of this class: in methods of this size the JIT compiler of JDK 17 no longer inlines other
 * calls, and allocates such vectors.
 */
final class FloatVectorPlstmCell extends FloatPlstmScalarCell {

  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int PART = FloatVector.SPECIES_128.length();

  /**
   * The gates in the order of the rows of {@link #gateTerms}; the last belongs to no gate alone.
   */
  private static final int[] GATES = {T_RL, T_RU, T_DL, T_DU, M_L, M_U, S_R, S_D};

  /** Terms of the gradients of the gates [rows,DV], and of q and k [DK,DV]. */
  private final float[] gateTerms;

  private final float[] queryTerms;
  private final float[] keyTerms;

  FloatVectorPlstmCell(PlstmHead head, float scale) {
    super(head, scale);
    gateTerms = new float[(GATES.length + 1) * dv];
    queryTerms = new float[size];
    keyTerms = new float[size];
  }

  @Override
  void forward(
      FloatPlstmLane lane,
      int position,
      float[] right,
      float[] down,
      int at,
      int toRight,
      boolean output) {
    FloatPlstmField[] in = lane.in();
    load(in, position);
    for (int c = 0; c < dv; c += LANES) {
      forward(
          in[Q].data(),
          in[Q].at(position),
          in[K].data(),
          in[K].at(position),
          in[V].data(),
          in[V].at(position) + c,
          right,
          at + c,
          toRight + c,
          down,
          at + size + c,
          output ? lane.out().data() : null,
          lane.out().at(position) + c);
    }
  }

  /** The columns of one vector. */
  private void forward(
      float[] q,
      int qAt,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float[] right,
      int at,
      int toRight,
      float[] down,
      int toDown,
      float[] y,
      int yAt) {
    FloatVector value = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, v, vAt);
    FloatVector sR = value.mul(sourceRight);
    FloatVector sD = value.mul(sourceDown);
    FloatVector dd = value.mul(direct);
    FloatVector rl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromLeft);
    FloatVector ru = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromUp);
    FloatVector dl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromLeft);
    FloatVector du = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromUp);
    FloatVector ml = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markLeft);
    FloatVector mu = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markUp);
    FloatVector read = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    int rows = dk;
    int step = dv;
    for (int d = 0, i = 0; d < rows; d++, i += step) {
      FloatVector left = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, right, at + i);
      FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, down, at + i);
      FloatVector key = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, k[kAt + d]);
      FloatVector mixed = ml.fma(left, mu.fma(up, dd.mul(key)));
      read = mixed.fma(FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, q[qAt + d]), read);
      rl.fma(left, ru.fma(up, sR.mul(key))).intoArray(right, toRight + i);
      dl.fma(left, du.fma(up, sD.mul(key))).intoArray(down, toDown + i);
    }
    if (y != null) {
      read.mul(scale)
          .add(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, y, yAt))
          .intoArray(y, yAt);
    }
  }

  @Override
  void backward(
      FloatPlstmLane lane,
      FloatPlstmField[] gradients,
      int position,
      float[] right,
      float[] down,
      int at,
      float[] dRight,
      int dAt,
      float[] dDown) {
    FloatPlstmField[] in = lane.in();
    load(in, position);
    float[] q = in[Q].data();
    float[] k = in[K].data();
    int qAt = in[Q].at(position);
    int kAt = in[K].at(position);
    float product = 0;
    for (int d = 0; d < dk; d++) {
      product += q[qAt + d] * k[kAt + d];
    }
    for (int c = 0; c < dv; c += LANES) {
      backward(
          q,
          qAt,
          k,
          kAt,
          in[V].data(),
          in[V].at(position) + c,
          lane.out().data(),
          lane.out().at(position) + c,
          right,
          down,
          at + c,
          dRight,
          dAt + c,
          dDown,
          c,
          gradients[V].data(),
          gradients[V].at(position) + c,
          direct * product);
    }
    float across = sum(gateTerms, GATES.length);
    for (int i = 0; i < GATES.length; i++) {
      if (gradients[GATES[i]] != null) {
        add(gradients[GATES[i]], position, sum(gateTerms, i));
      }
    }
    add(gradients[DIRECT], position, product * across);
    addSums(queryTerms, direct * across, k, kAt, gradients[Q], position);
    addSums(keyTerms, direct * across, q, qAt, gradients[K], position);
  }

  /** to [DK] += the sums of terms [DK,DV] + alpha x. */
  private void addSums(
      float[] terms, float alpha, float[] x, int xAt, FloatPlstmField to, int position) {
    float[] data = to.data();
    int first = to.at(position);
    for (int d = 0; d < dk; d++) {
      data[first + d] += sum(terms, d) + alpha * x[xAt + d];
    }
  }

  /** The sum of a row [DV]. */
  private float sum(float[] terms, int row) {
    int at = row * dv;
    FloatVector sum = FloatVector.fromArray(FloatVector.SPECIES_128, terms, at);
    for (int i = PART; i < dv; i += PART) {
      sum = sum.add(FloatVector.fromArray(FloatVector.SPECIES_128, terms, at + i));
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** The columns of one vector, which begin at {@code column}; fills those of the terms. */
  private void backward(
      float[] q,
      int qAt,
      float[] k,
      int kAt,
      float[] v,
      int vAt,
      float[] dy,
      int dyAt,
      float[] right,
      float[] down,
      int at,
      float[] dRight,
      int dAt,
      float[] dDown,
      int column,
      float[] dValue,
      int dvAt,
      float directProduct) {
    float[] queryTerms = this.queryTerms;
    float[] keyTerms = this.keyTerms;
    float[] gateTerms = this.gateTerms;
    FloatVector value = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, v, vAt);
    FloatVector dRead = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dy, dyAt).mul(scale);
    FloatVector ml = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markLeft);
    FloatVector mu = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markUp);
    FloatVector rl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromLeft);
    FloatVector ru = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromUp);
    FloatVector dl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromLeft);
    FloatVector du = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromUp);
    FloatVector sR = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, sourceRight);
    FloatVector sD = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, sourceDown);
    FloatVector sumRl = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector sumRu = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector sumDl = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector sumDu = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector readLeft = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector readUp = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector keyRight = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    FloatVector keyDown = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    int rows = dk;
    int step = dv;
    for (int d = 0, i = 0; d < rows; d++, i += step) {
      FloatVector query = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, q[qAt + d]);
      FloatVector key = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, k[kAt + d]);
      FloatVector left = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, right, at + i);
      FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, down, at + i);
      FloatVector dr = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dRight, dAt + i);
      FloatVector dd = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dDown, column + i);
      sumRl = dr.fma(left, sumRl);
      sumRu = dr.fma(up, sumRu);
      sumDl = dd.fma(left, sumDl);
      sumDu = dd.fma(up, sumDu);
      readLeft = query.fma(left, readLeft);
      readUp = query.fma(up, readUp);
      keyRight = key.fma(dr, keyRight);
      keyDown = key.fma(dd, keyDown);
      ml.fma(left, mu.mul(up)).mul(dRead).intoArray(queryTerms, column + i);
      sR.fma(dr, sD.mul(dd)).mul(value).intoArray(keyTerms, column + i);
      FloatVector dMixed = dRead.mul(query);
      ml.fma(dMixed, rl.fma(dr, dl.mul(dd))).intoArray(dRight, dAt + i);
      mu.fma(dMixed, ru.fma(dr, du.mul(dd))).intoArray(dDown, column + i);
    }
    FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dValue, dvAt)
        .add(dRead.mul(directProduct))
        .add(sR.mul(keyRight))
        .add(sD.mul(keyDown))
        .intoArray(dValue, dvAt);
    sumRl.intoArray(gateTerms, column);
    sumRu.intoArray(gateTerms, column + step);
    sumDl.intoArray(gateTerms, column + 2 * step);
    sumDu.intoArray(gateTerms, column + 3 * step);
    readLeft.mul(dRead).intoArray(gateTerms, column + 4 * step);
    readUp.mul(dRead).intoArray(gateTerms, column + 5 * step);
    keyRight.mul(value).intoArray(gateTerms, column + 6 * step);
    keyDown.mul(value).intoArray(gateTerms, column + 7 * step);
    dRead.mul(value).intoArray(gateTerms, column + 8 * step);
  }
}
