package org.dl4jext.zoo.models;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * The properties of a configuration that DL4J did not take: those that are missing when the
 * configuration is written again. DL4J itself ignores a property that it does not know.
 */
final class UnknownProperties {

  private UnknownProperties() {}

  /** Paths such as {@code confs/0/layer/nOutt}. */
  static List<String> of(JsonNode read, JsonNode written) {
    List<String> paths = new ArrayList<>();
    compare("", read, written, paths);
    return paths;
  }

  private static void compare(String path, JsonNode read, JsonNode written, List<String> paths) {
    if (read.isObject() && written.isObject()) {
      Iterator<Map.Entry<String, JsonNode>> fields = read.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        String inner = path.isEmpty() ? field.getKey() : path + "/" + field.getKey();
        JsonNode other = written.get(field.getKey());
        if (other == null) {
          paths.add(inner);
        } else {
          compare(inner, field.getValue(), other, paths);
        }
      }
    } else if (read.isArray() && written.isArray()) {
      for (int i = 0; i < Math.min(read.size(), written.size()); i++) {
        compare(path + "/" + i, read.get(i), written.get(i), paths);
      }
    }
  }
}
