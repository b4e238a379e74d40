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
      FloatPlstmStates states,
      int at,
      int toRight,
      boolean output) {
    load(lane.in(), position);
    float[] q = lane.in()[Q].data();
    float[] k = lane.in()[K].data();
    float[] v = lane.in()[V].data();
    float[] y = lane.out().data();
    int qAt = lane.in()[Q].at(position);
    int kAt = lane.in()[K].at(position);
    int vAt = lane.in()[V].at(position);
    int yAt = lane.out().at(position);
    float[] right = states.right;
    float[] down = states.down;
    int toDown = at + size;
    FloatVector rl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromLeft);
    FloatVector ru = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromUp);
    FloatVector dl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromLeft);
    FloatVector du = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromUp);
    FloatVector ml = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markLeft);
    FloatVector mu = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markUp);
    int rows = dk;
    int step = dv;
    for (int c = 0; c < step; c += LANES) {
      FloatVector value = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, v, vAt + c);
      FloatVector sR = value.mul(sourceRight);
      FloatVector sD = value.mul(sourceDown);
      FloatVector dd = value.mul(direct);
      FloatVector read = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      for (int d = 0, i = c; d < rows; d++, i += step) {
        FloatVector left = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, right, at + i);
        FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, down, at + i);
        FloatVector key = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, k[kAt + d]);
        FloatVector query = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, q[qAt + d]);
        read = ml.fma(left, mu.fma(up, dd.mul(key))).fma(query, read);
        rl.fma(left, ru.fma(up, sR.mul(key))).intoArray(right, toRight + i);
        dl.fma(left, du.fma(up, sD.mul(key))).intoArray(down, toDown + i);
      }
      if (output) {
        read.mul(scale)
            .add(FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, y, yAt + c))
            .intoArray(y, yAt + c);
      }
    }
  }

  @Override
  void backward(
      FloatPlstmLane lane,
      FloatPlstmField[] gradients,
      int position,
      FloatPlstmStates states,
      int at,
      int row) {
    FloatPlstmField[] in = lane.in();
    load(in, position);
    float product = 0;
    for (int d = 0; d < dk; d++) {
      product += element(in[Q], position, d) * element(in[K], position, d);
    }
    states(lane, gradients[V], position, states, at, row, direct * product);
    float across = sum(gateTerms, GATES.length);
    for (int i = 0; i < GATES.length; i++) {
      if (gradients[GATES[i]] != null) {
        add(gradients[GATES[i]], position, sum(gateTerms, i));
      }
    }
    add(gradients[DIRECT], position, product * across);
    addSums(queryTerms, direct * across, in[K], gradients[Q], position);
    addSums(keyTerms, direct * across, in[Q], gradients[K], position);
  }

  private static float element(FloatPlstmField field, int position, int i) {
    return field.data()[field.at(position) + i];
  }

  /** to [DK] += the sums of terms [DK,DV] + alpha x. */
  private void addSums(
      float[] terms, float alpha, FloatPlstmField x, FloatPlstmField to, int position) {
    int first = to.at(position);
    for (int d = 0; d < dk; d++) {
      to.data()[first + d] += sum(terms, d) + alpha * element(x, position, d);
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

  /** Gradients of the states and of v; all terms of the other gradients. */
  private void states(
      FloatPlstmLane lane,
      FloatPlstmField dValue,
      int position,
      FloatPlstmStates states,
      int at,
      int row,
      float directProduct) {
    float[] q = lane.in()[Q].data();
    float[] k = lane.in()[K].data();
    float[] v = lane.in()[V].data();
    float[] dy = lane.out().data();
    float[] dv = dValue.data();
    int qAt = lane.in()[Q].at(position);
    int kAt = lane.in()[K].at(position);
    int vAt = lane.in()[V].at(position);
    int dyAt = lane.out().at(position);
    int dvAt = dValue.at(position);
    float[] right = states.right;
    float[] down = states.down;
    float[] dRight = states.dRight;
    float[] dDown = states.dDown;
    FloatVector ml = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markLeft);
    FloatVector mu = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, markUp);
    FloatVector rl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromLeft);
    FloatVector ru = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, rightFromUp);
    FloatVector dl = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromLeft);
    FloatVector du = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, downFromUp);
    FloatVector sR = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, sourceRight);
    FloatVector sD = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, sourceDown);
    int rows = dk;
    int step = this.dv;
    for (int c = 0; c < step; c += LANES) {
      FloatVector value = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, v, vAt + c);
      FloatVector dRead =
          FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dy, dyAt + c).mul(scale);
      FloatVector sumRl = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector sumRu = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector sumDl = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector sumDu = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector readLeft = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector readUp = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector keyRight = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      FloatVector keyDown = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
      for (int d = 0, i = c; d < rows; d++, i += step) {
        FloatVector query = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, q[qAt + d]);
        FloatVector key = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, k[kAt + d]);
        FloatVector left = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, right, at + i);
        FloatVector up = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, down, at + i);
        FloatVector dr = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dRight, row + i);
        FloatVector dd = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dDown, i);
        sumRl = dr.fma(left, sumRl);
        sumRu = dr.fma(up, sumRu);
        sumDl = dd.fma(left, sumDl);
        sumDu = dd.fma(up, sumDu);
        readLeft = query.fma(left, readLeft);
        readUp = query.fma(up, readUp);
        keyRight = key.fma(dr, keyRight);
        keyDown = key.fma(dd, keyDown);
        ml.fma(left, mu.mul(up)).mul(dRead).intoArray(queryTerms, i);
        sR.fma(dr, sD.mul(dd)).mul(value).intoArray(keyTerms, i);
        FloatVector dMixed = dRead.mul(query);
        ml.fma(dMixed, rl.fma(dr, dl.mul(dd))).intoArray(dRight, row + i);
        mu.fma(dMixed, ru.fma(dr, du.mul(dd))).intoArray(dDown, i);
      }
      FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, dv, dvAt + c)
          .add(dRead.mul(directProduct))
          .add(sR.mul(keyRight))
          .add(sD.mul(keyDown))
          .intoArray(dv, dvAt + c);
      sumRl.intoArray(gateTerms, c);
      sumRu.intoArray(gateTerms, c + step);
      sumDl.intoArray(gateTerms, c + 2 * step);
      sumDu.intoArray(gateTerms, c + 3 * step);
      readLeft.mul(dRead).intoArray(gateTerms, c + 4 * step);
      readUp.mul(dRead).intoArray(gateTerms, c + 5 * step);
      keyRight.mul(value).intoArray(gateTerms, c + 6 * step);
      keyDown.mul(value).intoArray(gateTerms, c + 7 * step);
      dRead.mul(value).intoArray(gateTerms, c + 8 * step);
    }
  }
}
