package org.dl4jext.samediff.qkan;

import java.util.Arrays;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * One step of a QKAN-LSTM as array operations on a batch; {@link QkanCellReference} is the slow
 * form.
 */
final class QkanCellArray {

  /**
   * What a step keeps.
   *
   * @param v [h, x], [N,V]
   * @param pass through the circuits
   * @param read what the circuits gave
   * @param gates f, i, g, o after their activations, [N,H] each
   * @param before c before the step
   * @param c after the step
   * @param tanh of c
   */
  record Step(
      INDArray v,
      QkanMapArray.Pass pass,
      INDArray read,
      INDArray[] gates,
      INDArray before,
      INDArray c,
      INDArray tanh) {

    INDArray h() {
      return gates[3].mul(tanh);
    }
  }

  private final QkanLstmLayout layout;
  private final int size;
  private final boolean hybrid;
  private final QkanMapArray circuits;
  private INDArray encoder;
  private INDArray encoderBias;
  private INDArray[] decoders;
  private INDArray[] decoderBiases;
  private final INDArray[] codecGradients = new INDArray[4];

  QkanCellArray(QkanLstmLayout layout, INDArray[] parameters) {
    this.layout = layout;
    this.size = layout.outputSize();
    this.hybrid = layout.spec().isHybrid();
    this.circuits = new QkanMapArray(layout.circuits(), parameters);
    if (hybrid) {
      INDArray[] codec = Arrays.copyOfRange(parameters, layout.codec(), parameters.length);
      encoder = rows(codec[0], layout.joinedSize());
      encoderBias = rows(codec[1], codec[1].length());
      decoders = parts(rows(codec[2], layout.spec().latentOut()));
      decoderBiases = parts(rows(codec[3], 1));
      codecGradients[0] = Nd4j.zerosLike(encoder);
      codecGradients[1] = Nd4j.zerosLike(encoderBias);
      codecGradients[2] = Nd4j.zeros(codec[2].dataType(), codec[2].length() / columns(), columns());
      codecGradients[3] = Nd4j.zeros(codec[3].dataType(), codec[3].length(), 1);
    }
  }

  private long columns() {
    return layout.spec().latentOut();
  }

  private static INDArray rows(INDArray array, long columns) {
    return array.dup('c').reshape('c', array.length() / columns, columns);
  }

  /** The rows of each decoder, as views; four times the same where it is shared. */
  private INDArray[] parts(INDArray all) {
    INDArray[] parts = new INDArray[4];
    for (int g = 0; g < 4; g++) {
      long first = (long) (g % layout.codecs()) * size;
      parts[g] = Views.cut(all, 0, first, first + size);
    }
    return parts;
  }

  Step forward(INDArray x, INDArray h, INDArray c) {
    INDArray v = Nd4j.concat(1, h, x);
    INDArray latent = hybrid ? v.mmul(encoder.transpose()).addiRowVector(encoderBias) : v;
    QkanMapArray.Pass pass = circuits.pass(latent);
    INDArray read = circuits.forward(pass);
    INDArray[] gates = new INDArray[4];
    for (int g = 0; g < 4; g++) {
      INDArray pre =
          hybrid
              ? part(read, g, columns())
                  .mmul(decoders[g].transpose())
                  .addiRowVector(decoderBiases[g].dup('c').reshape(1, size))
              : part(read, g, size);
      gates[g] = g == 2 ? Transforms.tanh(pre, true) : Transforms.sigmoid(pre, true);
    }
    INDArray cell = gates[0].mul(c).addi(gates[1].mul(gates[2]));
    return new Step(v, pass, read, gates, c, cell, Transforms.tanh(cell, true));
  }

  private static INDArray part(INDArray array, int g, long columns) {
    return Views.cut(array, 1, g * columns, (g + 1) * columns).dup('c');
  }

  /** Gradients of v and of c before a step. */
  record Back(INDArray v, INDArray c) {}

  Back backward(Step s, INDArray dh, INDArray dc) {
    INDArray[] a = s.gates;
    INDArray slope = s.tanh.mul(s.tanh).rsubi(1);
    INDArray dCell = dh.mul(a[3]).muli(slope).addi(dc);
    INDArray[] d = {
      dCell.mul(s.before).muli(sigmoidSlope(a[0])),
      dCell.mul(a[2]).muli(sigmoidSlope(a[1])),
      dCell.mul(a[1]).muli(a[2].mul(a[2]).rsubi(1)),
      dh.mul(s.tanh).muli(sigmoidSlope(a[3]))
    };
    INDArray dRead = Nd4j.concat(1, hybrid ? decodeBackward(s, d) : d);
    INDArray dLatent = circuits.backward(s.pass, dRead);
    if (!hybrid) {
      return new Back(dLatent, dCell.mul(a[0]));
    }
    codecGradients[0].addi(dLatent.transpose().mmul(s.v));
    codecGradients[1].addi(dLatent.sum(0).reshape('c', codecGradients[1].shape()));
    return new Back(dLatent.mmul(encoder), dCell.mul(a[0]));
  }

  private static INDArray sigmoidSlope(INDArray s) {
    return s.rsub(1).muli(s);
  }

  private INDArray[] decodeBackward(Step s, INDArray[] d) {
    INDArray[] weights = parts(codecGradients[2]);
    INDArray[] biases = parts(codecGradients[3]);
    INDArray[] dRead = new INDArray[4];
    for (int g = 0; g < 4; g++) {
      weights[g].addi(d[g].transpose().mmul(part(s.read, g, columns())));
      biases[g].addi(d[g].sum(0).reshape('c', size, 1));
      dRead[g] = d[g].mmul(decoders[g]);
    }
    return dRead;
  }

  /** The gradient of a parameter in its own shape. */
  INDArray gradient(int parameter, long[] shape) {
    return parameter < layout.codec()
        ? circuits.gradient(parameter, shape)
        : codecGradients[parameter - layout.codec()].dup('c').reshape('c', shape);
  }
}
