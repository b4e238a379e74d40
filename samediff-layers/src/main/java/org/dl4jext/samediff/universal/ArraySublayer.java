package org.dl4jext.samediff.universal;

import org.dl4jext.samediff.Execution;
import org.dl4jext.samediff.LayerUnit;
import org.dl4jext.samediff.block.BlockUnits;
import org.dl4jext.samediff.block.LayerNormSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A branch with its residual connection and layer norm, by array operations. */
final class ArraySublayer {

  /** A layer norm over rows [N T,D], with what its backward pass needs. */
  static final class Norm {
    private final ArrayParameters parameters;
    private final String name;
    private final LayerUnit unit;
    private INDArray[] inputs;

    Norm(ArrayParameters parameters, String name, double eps, long size, DataType type) {
      this.parameters = parameters;
      this.name = name;
      LayerNormSpec spec = new LayerNormSpec(eps, true, true);
      unit = BlockUnits.norm(spec, size, Execution.ARRAY, type);
    }

    INDArray forward(INDArray x) {
      INDArray steps = x.dup('c').reshape('c', 1, x.size(0), x.size(1));
      inputs =
          new INDArray[] {
            steps, null, parameters.get(name + "Gain"), parameters.get(name + "Bias")
          };
      INDArray y = steps.like();
      unit.forward(inputs, new INDArray[] {y}, true);
      return y.reshape('c', x.shape());
    }

    INDArray backward(INDArray dy) {
      INDArray dx = inputs[0].like();
      INDArray[] gradients = {dx, null, inputs[2].like(), inputs[3].like()};
      INDArray out = dy.dup('c').reshape('c', dx.shape());
      unit.backward(inputs, new INDArray[] {out}, gradients);
      parameters.add(name + "Gain", gradients[2]);
      parameters.add(name + "Bias", gradients[3]);
      return dx.reshape('c', dy.shape());
    }
  }

  private final ArrayBranch branch;
  private final Norm norm;
  private final boolean pre;
  private final INDArray drop;

  /**
   * A sublayer of one step.
   *
   * @param drop factors of what the branch adds [N T,D]; null for none
   */
  ArraySublayer(ArrayBranch branch, Norm norm, boolean pre, INDArray drop) {
    this.branch = branch;
    this.norm = norm;
    this.pre = pre;
    this.drop = drop;
  }

  INDArray forward(INDArray s) {
    INDArray added = branch.forward(pre ? norm.forward(s) : s);
    INDArray z = s.add(drop == null ? added : added.mul(drop));
    return pre ? z : norm.forward(z);
  }

  INDArray backward(INDArray out) {
    INDArray dz = pre ? out : norm.backward(out);
    INDArray dy = branch.backward(drop == null ? dz : dz.mul(drop));
    return dz.add(pre ? norm.backward(dy) : dy);
  }
}
