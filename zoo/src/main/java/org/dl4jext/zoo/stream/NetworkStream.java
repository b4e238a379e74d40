package org.dl4jext.zoo.stream;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The steps of a network by {@code rnnTimeStep}; a network of tokens takes their number. */
public final class NetworkStream implements ModelStream {

  private static final int MAX_RANK = 8;

  private final MultiLayerNetwork network;
  private final DataType dataType;
  private final int inputs;

  /** A stream that starts from zero states. */
  public NetworkStream(MultiLayerNetwork network) {
    this.network = network;
    dataType = network.getLayerWiseConfigurations().getDataType();
    boolean tokens =
        network.getLayerWiseConfigurations().getConf(0).getLayer()
            instanceof EmbeddingSequenceLayer;
    inputs = tokens ? 1 : network.layerInputSize(0);
    network.rnnClearPreviousState();
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public double[] step(double[] x) {
    INDArray input = Nd4j.createFromArray(x).castTo(dataType).reshape(1, inputs, 1);
    return network.rnnTimeStep(input).castTo(DataType.DOUBLE).ravel().toDoubleVector();
  }

  @Override
  public void write(DataOutputStream out) throws IOException {
    for (int i = 0; i < network.getnLayers(); i++) {
      if (isRecurrent(i)) {
        Map<String, INDArray> states = network.rnnGetPreviousState(i);
        Map<String, INDArray> sorted = states == null ? Map.of() : new TreeMap<>(states);
        out.writeInt(sorted.size());
        for (Map.Entry<String, INDArray> state : sorted.entrySet()) {
          out.writeUTF(state.getKey());
          write(state.getValue(), out);
        }
      }
    }
  }

  private static void write(INDArray array, DataOutputStream out) throws IOException {
    out.writeInt(array.rank());
    for (long size : array.shape()) {
      out.writeLong(size);
    }
    for (double value : array.castTo(DataType.DOUBLE).ravel().toDoubleVector()) {
      out.writeDouble(value);
    }
  }

  @Override
  public void read(DataInputStream in) throws IOException {
    Map<Integer, Map<String, INDArray>> all = new LinkedHashMap<>();
    for (int i = 0; i < network.getnLayers(); i++) {
      if (isRecurrent(i)) {
        Map<String, INDArray> states = new LinkedHashMap<>();
        int count = in.readInt();
        for (int s = 0; s < count; s++) {
          states.put(in.readUTF(), array(in));
        }
        all.put(i, states);
      }
    }
    all.forEach(network::rnnSetPreviousState);
  }

  private INDArray array(DataInputStream in) throws IOException {
    int rank = in.readInt();
    if (rank < 1 || rank > MAX_RANK) {
      throw new IOException("a state of rank " + rank);
    }
    long[] shape = new long[rank];
    long length = 1;
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = in.readLong();
      if (shape[axis] < 1 || shape[axis] > in.available() / Double.BYTES / length) {
        throw new IOException("a state that is larger than its file");
      }
      length *= shape[axis];
    }
    double[] values = new double[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return Nd4j.createFromArray(values).castTo(dataType).reshape(shape);
  }

  /** As DL4J finds the layer whose state it gives. */
  private boolean isRecurrent(int index) {
    Layer layer = network.getLayer(index);
    Layer inner = layer instanceof BaseWrapperLayer wrapper ? wrapper.getUnderlying() : layer;
    return inner instanceof RecurrentLayer;
  }
}
