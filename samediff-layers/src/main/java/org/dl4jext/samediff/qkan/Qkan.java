package org.dl4jext.samediff.qkan;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Single-qubit data re-uploading activations (DARUAN), QKAN layers and QKAN-LSTMs as SameDiff
 * functions, simulated exactly in real arithmetic.
 *
 * <pre>
 *   psi = H|0&gt;;  for l = 1..r:  Rz(theta), Ry(theta), then the encoding Rz(w_l x + b_l);
 *   then Rz(theta), Ry(theta);   phi(x) = {@code <Z>}          (ansatz PZ, measure EXPECTATION)
 *   layer  y_o = sum over i of w_oi (phi_oi(x_i) + b_oi) + u_oi silu(x_i)
 *   LSTM   v = [h, x];  f, i, o = sigmoid(Phi(v)), g = tanh(Phi_g(v));  c = f c + i g;
 *          h = o tanh(c);  each Phi a layer, or linear - layer - linear (HQKAN)
 * </pre>
 *
 * <p>Sources: arXiv 2509.14026 (circuit and layer), arXiv 2512.05049 (the LSTM; its equations are
 * those of the abstract, with the order [h, x] chosen here).
 */
public final class Qkan {

  /**
   * What a QKAN-LSTM computes.
   *
   * @param outputs h of every step [N,T,nOut]
   * @param h after the last step [N,nOut]
   * @param c after the last step [N,nOut]
   */
  public record Result(SDVariable outputs, SDVariable h, SDVariable c) {}

  private Qkan() {}

  /**
   * Adds a layer, or single activations, to a graph.
   *
   * @param x [N,T,inputs]; a matrix is a sequence of one step
   * @param mask [N,T], 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link QkanLayout#parameters()}
   * @return y [N,T,outputs]
   */
  public static SDVariable layer(
      SameDiff sd, SDVariable x, SDVariable mask, List<SDVariable> parameters, QkanLayout layout) {
    return new QkanLayerOp(sd, layout, x, mask, parameters).outputVariables()[0];
  }

  /**
   * Adds a QKAN-LSTM to a graph.
   *
   * @param x [N,T,nIn]
   * @param mask [N,T], 0 for a step that does not exist; null for none
   * @param parameters one for each of {@link QkanLstmLayout#parameters()}
   * @param states h and c [N,nOut], each or the list null for zeros
   */
  public static Result lstm(
      SameDiff sd,
      SDVariable x,
      SDVariable mask,
      List<SDVariable> parameters,
      List<SDVariable> states,
      QkanLstmLayout layout) {
    SDVariable[] out = new QkanLstmOp(sd, layout, x, mask, parameters, states).outputVariables();
    return new Result(out[0], out[1], out[2]);
  }
}
