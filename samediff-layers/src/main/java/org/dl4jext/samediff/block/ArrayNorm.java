package org.dl4jext.samediff.block;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** RMS norm and layer norm in ND4J operations. */
final class ArrayNorm extends ArrayRowUnit {

  private final NormSpec spec;
  private INDArray z;
  private INDArray rate;

  ArrayNorm(NormSpec spec, long size, DataType dataType) {
    super(RowLayout.of(spec, size), dataType);
    this.spec = spec;
  }

  @Override
  INDArray forward(INDArray x, INDArray[] parameters) {
    INDArray centred = spec.centred() ? x.subColumnVector(x.mean(true, 1)) : x;
    INDArray meanSquare = centred.mul(centred).mean(true, 1); // [rows,1]
    rate = Transforms.sqrt(meanSquare.addi(spec.eps()), false).rdivi(1);
    z = centred.mulColumnVector(rate);
    INDArray y = z;
    if (spec.gain()) {
      y = y.mulRowVector(parameters[0]);
    }
    return spec.bias() ? y.addRowVector(parameters[parameters.length - 1]) : y;
  }

  @Override
  INDArray backward(INDArray x, INDArray[] parameters, INDArray dy, INDArray[] gradients) {
    INDArray dz = dy;
    if (spec.gain()) {
      gradients[0] = dy.mul(z).sum(0);
      dz = dy.mulRowVector(parameters[0]);
    }
    if (spec.bias()) {
      gradients[gradients.length - 1] = dy.sum(0);
    }
    INDArray dot = dz.mul(z).mean(true, 1); // [rows,1]
    INDArray dx = dz.sub(z.mulColumnVector(dot));
    if (spec.centred()) {
      dx.subiColumnVector(dz.mean(true, 1));
    }
    return dx.muliColumnVector(rate);
  }
}
