package org.dl4jext.recurrent;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.config.ExecutionResult;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.autodiff.samediff.internal.memory.ArrayCacheMemoryMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A session that outlives calls and threads and keeps no array from one call to the next.
 *
 * <p>SameDiff keeps one session for each thread that ever called, and each remembers every array
 * that it ever freed. Its cache of arrays grows with every call as well: ops allocate some of their
 * results themselves, and these come back to the cache but are never taken from it.
 */
final class GraphSession extends InferenceSession {

  private final ArrayCacheMemoryMgr cache = new ArrayCacheMemoryMgr();

  GraphSession(SameDiff sd) {
    super(sd);
    setMmgr(cache);
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
      close();
    }
  }

  /** Frees the cached arrays. */
  void close() {
    cache.close();
    cache.getArrays().clear();
    cache.getLruCache().clear();
    cache.getLruCacheValues().clear();
    cache.setCurrentCacheSize(0);
  }
}
