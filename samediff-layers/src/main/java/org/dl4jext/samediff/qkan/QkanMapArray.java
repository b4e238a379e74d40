package org.dl4jext.samediff.qkan;

import java.util.ArrayList;
import java.util.List;
import org.dl4jext.samediff.Views;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A QKAN map as array operations on all rows and edges at once, so that the data stay on the device
 * of the backend; {@link QkanReference} is the slow form.
 *
 * <p>Arrays of edges are [N,G,O,I], parameters [1,G,O,I] for each angle or encoding.
 */
final class QkanMapArray {

  private static final int[] NO_FLIP = {1, 1, 1};
  private static final int[] X_GATE = {1, -1, -1};
  private static final int[] Z_GATE = {-1, -1, 1};

  /**
   * A rotation, after a change of signs.
   *
   * @param flip signs of X, Y, Z before it
   * @param aboutZ whether about z; else about y
   * @param theta index of the trainable angle, or -1
   * @param encoding index of the encoding, or -1
   */
  private record Rotation(
      int[] flip, boolean aboutZ, INDArray cos, INDArray sin, int theta, int encoding) {}

  /** What {@link #backward} needs of a forward pass: its input [N,G,O,I] and where it ended. */
  static final class Pass {
    private final INDArray x;
    private final List<Rotation> rotations = new ArrayList<>();
    private INDArray[] state;
    private INDArray phi;

    private Pass(INDArray x) {
      this.x = x;
    }
  }

  private final QkanLayout layout;
  private final QkanSpec spec;
  private final INDArray[][] parameters;
  private final INDArray[][] gradients;

  /**
   * @param given the parameters of the layout, and perhaps more after them
   */
  QkanMapArray(QkanLayout layout, INDArray[] given) {
    this.layout = layout;
    this.spec = layout.spec();
    int count = layout.parameters().size();
    parameters = new INDArray[count][];
    gradients = new INDArray[count][];
    for (int i = 0; i < count; i++) {
      parameters[i] = split(given[i]);
      gradients[i] = new INDArray[parameters[i].length];
      for (int a = 0; a < gradients[i].length; a++) {
        gradients[i][a] = Nd4j.zerosLike(parameters[i][a]);
      }
    }
  }

  /** [edges, A] as A arrays [1,G,O,I]. */
  private INDArray[] split(INDArray parameter) {
    int each = Math.toIntExact(parameter.length() / layout.edges());
    INDArray byAngle =
        parameter.dup('c').reshape('c', new long[] {layout.edges(), each}).transpose().dup('c');
    INDArray[] parts = new INDArray[each];
    for (int a = 0; a < each; a++) {
      parts[a] = Views.at(byAngle, 0, a).dup('c').reshape('c', edgeShape(1));
    }
    return parts;
  }

  private long[] edgeShape(long rows) {
    return new long[] {rows, layout.groups(), layout.outputs(), layout.inputs()};
  }

  /** The gradient of a parameter in its own shape. */
  INDArray gradient(int parameter, long[] shape) {
    INDArray[] parts = gradients[parameter];
    INDArray byAngle = Nd4j.createUninitialized(parts[0].dataType(), parts.length, layout.edges());
    for (int a = 0; a < parts.length; a++) {
      Views.at(byAngle, 0, a).assign(parts[a].ravel());
    }
    return byAngle.transpose().dup('c').reshape('c', shape);
  }

  /** Keeps in a pass what [N,inputs] leaves. */
  Pass pass(INDArray v) {
    long rows = v.size(0);
    long ownGroups = layout.sharedInput() ? 1 : layout.groups();
    INDArray narrow = v.dup('c').reshape('c', rows, ownGroups, 1, layout.inputs());
    INDArray x = Nd4j.zeros(v.dataType(), edgeShape(rows)).add(narrow);
    Pass pass = new Pass(x);
    pass.state = new INDArray[] {Nd4j.onesLike(x), Nd4j.zerosLike(x), Nd4j.zerosLike(x)}; // after H
    int next = 0;
    for (int l = 0; l < spec.ansatz().layers(spec.reps()); l++) {
      switch (spec.ansatz()) {
        case PZ -> {
          rotate(pass, NO_FLIP, true, parameters[0][next], next++, -1);
          rotate(pass, NO_FLIP, false, parameters[0][next], next++, -1);
        }
        case RPZ -> rotate(pass, NO_FLIP, false, parameters[0][next], next++, -1);
        case REAL -> rotate(pass, X_GATE, false, parameters[0][next], next++, -1);
      }
      if (l < spec.reps()) {
        boolean real = spec.ansatz() == QkanAnsatz.REAL;
        rotate(pass, real ? Z_GATE : NO_FLIP, !real, encoded(x, l), -1, l);
      }
    }
    return pass;
  }

  private INDArray encoded(INDArray x, int l) {
    int at = layout.preactivation();
    return at < 0 ? x : x.mul(parameters[at][l]).add(parameters[at + 1][l]);
  }

  private static void rotate(
      Pass pass, int[] flip, boolean aboutZ, INDArray angle, int theta, int encoding) {
    Rotation r =
        new Rotation(
            flip,
            aboutZ,
            Transforms.cos(angle, true),
            Transforms.sin(angle, true),
            theta,
            encoding);
    pass.rotations.add(r);
    pass.state = turned(r, flipped(flip, pass.state), r.sin);
  }

  private static INDArray[] flipped(int[] flip, INDArray[] v) {
    INDArray[] to = v.clone();
    for (int axis = 0; axis < 3; axis++) {
      to[axis] = flip[axis] < 0 ? v[axis].neg() : v[axis];
    }
    return to;
  }

  private static INDArray[] turned(Rotation r, INDArray[] v, INDArray sin) {
    if (r.aboutZ) {
      return new INDArray[] {
        v[0].mul(r.cos).subi(v[1].mul(sin)), v[0].mul(sin).addi(v[1].mul(r.cos)), v[2]
      };
    }
    return new INDArray[] {
      v[0].mul(r.cos).addi(v[2].mul(sin)), v[1], v[2].mul(r.cos).subi(v[0].mul(sin))
    };
  }

  private static INDArray[] undone(Rotation r, INDArray[] v) {
    return flipped(r.flip, turned(r, v, r.sin.neg()));
  }

  /** y [N,outputs] of a pass. */
  INDArray forward(Pass pass) {
    pass.phi = spec.measure() == QkanMeasure.EXPECTATION ? pass.state[2] : fast(pass.state);
    INDArray y = pass.phi;
    if (layout.postactivation() >= 0) {
      INDArray offset = parameters[layout.postactivation() + 1][0];
      y = pass.phi.add(offset).mul(parameters[layout.postactivation()][0]);
    }
    if (layout.base() >= 0) {
      y = y.add(silu(pass.x).mul(parameters[layout.base()][0]));
    }
    return y.sum(3).dup('c').reshape('c', pass.x.size(0), layout.outputSize());
  }

  /** The larger and the smaller amplitude; the smaller from X and Y, exact near the poles. */
  private static INDArray[] amplitudes(INDArray[] v) {
    INDArray large =
        Transforms.sqrt(Transforms.min(Transforms.abs(v[2], true), 1, true).addi(1).divi(2), true);
    return new INDArray[] {large, sine(v).div(large).divi(2)};
  }

  private static INDArray sine(INDArray[] v) {
    return Transforms.sqrt(v[0].mul(v[0]).addi(v[1].mul(v[1])), true);
  }

  private static INDArray fast(INDArray[] v) {
    INDArray[] a = amplitudes(v);
    return a[0].sub(a[1]).muli(Transforms.sign(v[2], true));
  }

  private INDArray slope(INDArray[] v) {
    INDArray[] a = amplitudes(v);
    INDArray sine = Transforms.max(sine(v), QkanMeasure.LEAST_SINE, true);
    return a[0].add(a[1]).divi(sine.muli(2));
  }

  private static INDArray silu(INDArray x) {
    return x.mul(Transforms.sigmoid(x, true));
  }

  /** Adds to the gradients of the parameters; returns that of the input, [N,inputs]. */
  INDArray backward(Pass pass, INDArray dy) {
    long rows = pass.x.size(0);
    INDArray d =
        Nd4j.zeros(dy.dataType(), edgeShape(rows))
            .add(dy.dup('c').reshape('c', rows, layout.groups(), layout.outputs(), 1));
    INDArray dx = Nd4j.zerosLike(pass.x);
    INDArray dPhi = d;
    int post = layout.postactivation();
    if (post >= 0) {
      addTo(gradients[post][0], d.mul(pass.phi.add(parameters[post + 1][0])));
      addTo(gradients[post + 1][0], d.mul(parameters[post][0]));
      dPhi = d.mul(parameters[post][0]);
    }
    if (layout.base() >= 0) {
      addTo(gradients[layout.base()][0], d.mul(silu(pass.x)));
      INDArray s = Transforms.sigmoid(pass.x, true);
      INDArray slope = s.rsub(1).muli(pass.x).addi(1).muli(s);
      dx.addi(slope.mul(parameters[layout.base()][0]).muli(d));
    }
    if (spec.measure() == QkanMeasure.FAST) {
      dPhi = dPhi.mul(slope(pass.state));
    }
    undo(pass, dPhi, dx);
    INDArray byInput = dx.sum(2); // [N,G,I]
    return layout.sharedInput()
        ? byInput.sum(1)
        : byInput.dup('c').reshape('c', rows, layout.inputSize());
  }

  private void undo(Pass pass, INDArray dPhi, INDArray dx) {
    INDArray[] v = pass.state;
    INDArray[] adjoint = {Nd4j.zerosLike(dPhi), Nd4j.zerosLike(dPhi), dPhi};
    for (int i = pass.rotations.size() - 1; i >= 0; i--) {
      Rotation r = pass.rotations.get(i);
      INDArray dAngle =
          r.aboutZ
              ? adjoint[1].mul(v[0]).subi(adjoint[0].mul(v[1]))
              : adjoint[0].mul(v[2]).subi(adjoint[2].mul(v[0]));
      if (r.theta >= 0) {
        addTo(gradients[0][r.theta], dAngle);
      } else {
        encodedBackward(pass.x, dAngle, r.encoding, dx);
      }
      v = undone(r, v);
      adjoint = undone(r, adjoint);
    }
  }

  private void encodedBackward(INDArray x, INDArray dAngle, int l, INDArray dx) {
    int at = layout.preactivation();
    if (at < 0) {
      dx.addi(dAngle);
      return;
    }
    addTo(gradients[at][l], dAngle.mul(x));
    addTo(gradients[at + 1][l], dAngle);
    dx.addi(dAngle.mul(parameters[at][l]));
  }

  private static void addTo(INDArray sum, INDArray rows) {
    sum.addi(rows.sum(0).reshape('c', sum.shape()));
  }
}
