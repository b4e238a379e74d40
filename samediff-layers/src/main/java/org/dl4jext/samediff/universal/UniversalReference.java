package org.dl4jext.samediff.universal;

import java.util.Arrays;
import org.dl4jext.samediff.ReferenceArrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The {@code REFERENCE} execution: example by example in double precision. */
final class UniversalReference extends UniversalCore {

  private ReferenceExample[] examples;
  private ReferenceParameters parameters;
  private int computed;

  UniversalReference(UniversalLayout layout, DataType type) {
    super(layout, type);
  }

  @Override
  int computedSteps() {
    return computed;
  }

  @Override
  void compute(INDArray[] inputs, INDArray[] outputs, boolean keep) {
    parameters = new ReferenceParameters(layout, inputs);
    examples = new ReferenceExample[pass.batch()];
    int all = pass.batch() * pass.steps();
    double[][] x = ReferenceArrays.rows(inputs[0], all, layout.inputSize());
    double[][] y = new double[all][layout.width()];
    computed = 0;
    for (ExampleRows rows : pass.examples()) {
      int n = rows.example();
      examples[n] =
          new ReferenceExample(
              layout,
              parameters,
              pass,
              rows,
              gather(rows, x),
              memory(inputs, n),
              caches(inputs, n));
      double[][] own = examples[n].forward();
      for (int i = 0; i < own.length; i++) {
        int at = pass.dense(rows, i);
        y[at] = own[i];
        updates[at] = examples[n].updates()[i];
        remainders[at] = examples[n].remainders()[i];
      }
      computed = rows.size() == 0 ? computed : spec.maxSteps();
    }
    ReferenceArrays.write(y, outputs[0]);
    if (layout.streams()) {
      writeStates(outputs);
    }
  }

  private double[][] gather(ExampleRows rows, double[][] dense) {
    double[][] own = new double[rows.size()][];
    for (int i = 0; i < own.length; i++) {
      own[i] = dense[pass.dense(rows, i)];
    }
    return own;
  }

  private double[][] memory(INDArray[] inputs, int n) {
    if (layout.memorySize() == 0) {
      return null;
    }
    INDArray memory = inputs[layout.memory()];
    int length = Math.toIntExact(memory.size(1));
    double[][] all = ReferenceArrays.rows(memory, pass.batch() * length, layout.memorySize());
    return Arrays.stream(pass.memoryRows()[n])
        .mapToObj(t -> all[n * length + t])
        .toArray(double[][]::new);
  }

  /** Keys and values of each step before the pass. */
  private double[][][][] caches(INDArray[] inputs, int n) {
    int cached = pass.examples()[n].cached();
    double[][][][] caches = new double[2][spec.maxSteps()][0][];
    for (int kind = 0; kind < 2 && cached > 0; kind++) {
      caches[kind] = cacheRows(inputs[layout.firstState() + kind], n, cached);
    }
    return caches;
  }

  /** The first rows of each step of a state [N,steps,maxLength,D]; zeros where it is null. */
  private double[][][] cacheRows(INDArray state, int n, int count) {
    int steps = spec.maxSteps();
    int length = spec.maxLength();
    double[][] all = ReferenceArrays.rows(state, pass.batch() * steps * length, layout.width());
    double[][][] rows = new double[steps][][];
    for (int step = 0; step < steps; step++) {
      int from = (n * steps + step) * length;
      rows[step] = Arrays.copyOfRange(all, from, from + count);
    }
    return rows;
  }

  private void writeStates(INDArray[] outputs) {
    for (int kind = 0; kind < 2; kind++) {
      if (outputs[1 + kind] != null) {
        writeCaches(kind, outputs[1 + kind]);
      }
    }
    double[] counts = new double[pass.batch()];
    for (ExampleRows rows : pass.examples()) {
      counts[rows.example()] = rows.count() + rows.size();
    }
    ReferenceArrays.write(counts, outputs[1 + UniversalLayout.COUNT]);
  }

  private void writeCaches(int kind, INDArray to) {
    int steps = spec.maxSteps();
    int length = spec.maxLength();
    double[][] all = new double[pass.batch() * steps * length][layout.width()];
    for (int n = 0; n < pass.batch(); n++) {
      for (int step = 0; step < steps; step++) {
        double[][] rows = examples[n].carried[kind][step];
        System.arraycopy(rows, 0, all, (n * steps + step) * length, rows.length);
      }
    }
    ReferenceArrays.write(all, to);
  }

  @Override
  void backward(
      INDArray[] inputs,
      INDArray[] outputGradients,
      double[] remainderGradients,
      INDArray[] inputGradients) {
    int all = pass.batch() * pass.steps();
    double[][] dy = ReferenceArrays.rows(outputGradients[0], all, layout.width());
    double[][] dx = new double[all][layout.inputSize()];
    for (ExampleRows rows : pass.examples()) {
      int n = rows.example();
      double[] ofRemainders = new double[rows.size()];
      for (int i = 0; i < ofRemainders.length; i++) {
        ofRemainders[i] = remainderGradients[pass.dense(rows, i)];
      }
      double[][][][] ofCaches = new double[2][spec.maxSteps()][0][];
      for (int kind = 0; kind < 2 && layout.streams(); kind++) {
        if (outputGradients[1 + kind] != null) {
          int carried = examples[n].carried[kind][0].length;
          ofCaches[kind] = cacheRows(outputGradients[1 + kind], n, carried);
        }
      }
      double[][] own = examples[n].backward(gather(rows, dy), ofRemainders, ofCaches);
      for (int i = 0; i < own.length; i++) {
        dx[pass.dense(rows, i)] = own[i];
      }
    }
    ReferenceArrays.write(dx, inputGradients[0]);
    parameters.write(inputGradients);
    for (int kind = 0; kind < 2 && layout.streams(); kind++) {
      INDArray to = inputGradients[layout.firstState() + kind];
      if (to != null) {
        writeCaches(kind, to);
      }
    }
    if (layout.streams() && inputGradients[layout.firstState() + UniversalLayout.COUNT] != null) {
      inputGradients[layout.firstState() + UniversalLayout.COUNT].assign(0);
    }
    if (layout.memorySize() > 0) {
      writeMemory(inputGradients[layout.memory()]);
    }
  }

  private void writeMemory(INDArray to) {
    if (to == null) {
      return;
    }
    int length = Math.toIntExact(to.size(1));
    double[][] all = new double[pass.batch() * length][layout.memorySize()];
    for (int n = 0; n < pass.batch(); n++) {
      for (int i = 0; i < pass.memoryRows()[n].length; i++) {
        all[n * length + pass.memoryRows()[n][i]] = examples[n].memoryGradient[i];
      }
    }
    ReferenceArrays.write(all, to);
  }
}
