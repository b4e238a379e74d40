package org.dl4jext.recurrent;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.config.ExecutionResult;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A session that outlives calls and threads: SameDiff keeps one session for each thread that ever
 * called, and each remembers every array that it ever freed.
 */
final class GraphSession extends InferenceSession {

  GraphSession(SameDiff sd) {
    super(sd);
  }

  Map<String, INDArray> run(Map<String, INDArray> feed, Collection<String> wanted) {
    try {
      ExecutionResult result =
          output(List.copyOf(wanted), feed, Map.of(), null, List.of(), List.of(), At.defaultAt());
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      if (result.getValueOutputs() != null) {
        result.getValueOutputs().forEach((name, v) -> arrays.put(name, v.getTensorValue()));
      } else {
        result.getOutputs().forEach((name, v) -> arrays.put(name, v.orElseThrow()));
      }
      return arrays;
    } finally {
      freedArrays.clear();
    }
  }

  /** Frees the cached arrays. */
  void close() {
    try {
      getMmgr().close();
    } catch (Exception e) {
      throw new IllegalStateException("cannot free the arrays of a session", e);
    }
  }
}
