package org.dl4jext.bench;

import org.dl4jext.samediff.DifferentiableUnit;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A unit alone, forward and backward; subclasses fill the arrays. */
abstract class UnitCandidate implements Worker.Candidate {

  final DifferentiableUnit unit;
  final INDArray[] inputs;
  final INDArray[] outputs;
  final INDArray[] outputGradients;
  final INDArray[] gradients;

  UnitCandidate(DifferentiableUnit unit, int inputs, int outputs) {
    this.unit = unit;
    this.inputs = new INDArray[inputs];
    this.gradients = new INDArray[inputs];
    this.outputs = new INDArray[outputs];
    this.outputGradients = new INDArray[outputs];
  }

  @Override
  public final void run() {
    unit.forward(inputs, outputs, true);
    unit.backward(inputs, outputGradients, gradients);
  }
}
