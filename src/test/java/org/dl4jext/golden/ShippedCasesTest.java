package org.dl4jext.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.dl4jext.zoo.golden.GoldenCases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases that ship with the library are found wherever its classes are. */
class ShippedCasesTest {

  private static final List<String> OPS =
      List.of(
          "act_halting",
          "arrow_geometry",
          "daruan",
          "delta_product",
          "delta_rule",
          "deltanet_layer",
          "flashrnn_elman",
          "flashrnn_gru",
          "flashrnn_lstm",
          "flashrnn_slstm",
          "gated_delta_product",
          "gated_delta_rule",
          "gated_deltanet_layer",
          "gated_deltaproduct_layer",
          "hqkan_lstm",
          "memory_caching_gated",
          "memory_caching_residual",
          "memory_caching_soup",
          "memory_caching_sparse",
          "pararnn_gru",
          "pararnn_lstm",
          "plstm_1d",
          "plstm_1d_layer",
          "plstm_2d",
          "plstm_2d_layer",
          "plstm_graph",
          "plstm_multitree_prune",
          "qkan_layer",
          "qkan_lstm",
          "qkan_lstm_cell",
          "selective_scan_signed",
          "task_cycle_navigation",
          "task_group_word_problem",
          "task_modular_arithmetic",
          "task_modular_arithmetic_brackets",
          "task_mqar",
          "task_parity",
          "universal_transformer_encoder");

  @Test
  void everyFinishedOperationShipsCases() {
    try (GoldenCases cases = GoldenCases.shipped()) {
      assertEquals(OPS, cases.ops());
      for (String op : OPS) {
        assertTrue(cases.cases(op).size() >= 2, op);
      }
    }
  }

  @Test
  void theyAreReadFromAJarInAFolderWithBlanks(@TempDir Path folder) throws Exception {
    Path jar = Files.createDirectories(folder.resolve("a b%20c")).resolve("zoo.jar");
    Path location =
        Path.of(GoldenCases.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(location)) {
      pack(location, jar);
    } else {
      Files.copy(location, jar);
    }
    List<URL> urls = new ArrayList<>(List.of(jar.toUri().toURL()));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      urls.add(new File(entry).toURI().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(GoldenCases.class.getName());
      try (AutoCloseable cases = (AutoCloseable) type.getMethod("shipped").invoke(null)) {
        assertEquals(OPS, type.getMethod("ops").invoke(cases));
      }
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.sorted().toList()) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        if (!name.isEmpty()) {
          boolean directory = Files.isDirectory(file);
          entries.putNextEntry(new JarEntry(directory ? name + "/" : name));
          if (!directory) {
            Files.copy(file, entries);
          }
          entries.closeEntry();
        }
      }
    }
  }
}
