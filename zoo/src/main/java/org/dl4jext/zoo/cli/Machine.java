package org.dl4jext.zoo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.dl4jext.samediff.Execution;
import org.dl4jext.zoo.cli.DoctorCommand.Finding;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** What the library runs on. */
final class Machine {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final String CUDA_BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String CAPABILITIES = "compute capability 3.7 to 8.6";

  private Machine() {}

  static List<Finding> java() {
    boolean vector = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    Runtime runtime = Runtime.getRuntime();
    return List.of(
        new Finding("java", Runtime.version() + ", " + System.getProperty("java.vendor")),
        new Finding(
            "vector module",
            vector
                ? "present"
                : "absent (slower; start Java with --add-modules " + VECTOR_MODULE + ")"),
        new Finding("processors", String.valueOf(runtime.availableProcessors())),
        new Finding("heap limit", mebibytes(runtime.maxMemory())),
        new Finding("off-heap limit", mebibytes(org.bytedeco.javacpp.Pointer.maxBytes())));
  }

  static List<Finding> backend() {
    Nd4jBackend backend = Nd4j.getBackend();
    Properties about = Nd4j.getExecutioner().getEnvironmentInformation();
    return List.of(
        new Finding("backend", backend.getClass().getSimpleName() + " " + version("nd4j-api")),
        new Finding("blas", String.valueOf(about.get(Nd4jEnvironment.BLAS_VENDOR_KEY))),
        new Finding(
            "threads",
            about.get(Nd4jEnvironment.OMP_THREADS_KEY)
                + " (ND4J), "
                + about.get(Nd4jEnvironment.BLAS_THREADS_KEY)
                + " (BLAS)"),
        new Finding("execution", Execution.current().name().toLowerCase(java.util.Locale.ROOT)));
  }

  /** Versions of what trains and runs a model. */
  static Map<String, String> versions() throws IOException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("recurrent", new Recurrent.Version().getVersion()[0].replace("recurrent ", ""));
    versions.put("nd4j", version("nd4j-api"));
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  private static String version(String artifact) {
    try (var in =
        Nd4j.class.getResourceAsStream(
            "/META-INF/maven/org.nd4j/" + artifact + "/pom.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "(unknown version)");
    } catch (IOException e) {
      return "(unknown version)";
    }
  }

  /** The GPU in use, or why there is none. */
  static Finding gpu() {
    return new Finding("gpu", gpuText());
  }

  private static String gpuText() {
    Nd4jBackend inUse = Nd4j.getBackend();
    if (inUse.getClass().getName().equals(CUDA_BACKEND)) {
      return devices(Nd4j.getExecutioner().getEnvironmentInformation());
    }
    try {
      Class.forName(CUDA_BACKEND, false, Machine.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return "none: the CUDA backend is not on the class path (docs/gpu.md)";
    }
    if (!hasNvidiaDriver()) {
      return "none: the CUDA backend is on the class path, but there is no NVIDIA driver";
    }
    return "none: the CUDA backend found no device that it supports; it needs " + CAPABILITIES;
  }

  private static String devices(Properties about) {
    StringBuilder text = new StringBuilder();
    if (about.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY) instanceof List<?> devices) {
      for (Object device : devices) {
        if (device instanceof Map<?, ?> map) {
          text.append(text.isEmpty() ? "" : "; ")
              .append(map.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY))
              .append(", compute capability ")
              .append(map.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY))
              .append('.')
              .append(map.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY));
        }
      }
    }
    return text.append(" (supported: ").append(CAPABILITIES).append(')').toString();
  }

  private static boolean hasNvidiaDriver() {
    return Stream.of("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")
        .anyMatch(path -> Files.exists(Path.of(path)));
  }

  private static String mebibytes(long bytes) {
    return bytes / (1 << 20) + " MiB";
  }
}
