package org.dl4jext.docs;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The Java of a page: its fenced blocks, compiled together and run.
 *
 * <p>A block with a class of its own is a compilation unit and runs if it has a main method; any
 * other is a sequence of statements after its imports. A block without imports may use the names
 * that {@link #USUAL} imports.
 */
final class Snippets {

  private static final Pattern FENCE =
      Pattern.compile("^```java\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("^import .*;\\R", Pattern.MULTILINE);
  private static final Pattern CLASS =
      Pattern.compile("^(?:public )?(?:final )?class (\\w+)", Pattern.MULTILINE);

  private static final List<String> USUAL =
      List.of(
          "org.deeplearning4j.nn.conf.NeuralNetConfiguration",
          "org.deeplearning4j.nn.conf.inputs.InputType",
          "org.deeplearning4j.nn.conf.layers.DenseLayer",
          "org.deeplearning4j.nn.conf.layers.RnnOutputLayer",
          "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
          "org.dl4jext.recurrent.delta.DeltaProduct",
          "org.dl4jext.samediff.delta.DeltaSpec",
          "org.nd4j.linalg.activations.Activation",
          "org.nd4j.linalg.api.ndarray.INDArray",
          "org.nd4j.linalg.factory.Nd4j",
          "org.nd4j.linalg.learning.config.Adam",
          "org.nd4j.linalg.lossfunctions.LossFunctions");

  private final Path folder;
  private final List<String> mains = new ArrayList<>();

  private Snippets(Path folder) {
    this.folder = folder;
  }

  /** The blocks of a page, in order. */
  static List<String> blocks(Path page) throws IOException {
    return FENCE.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
  }

  /**
   * Compiles all blocks of a page together.
   *
   * @param folder for sources and classes
   * @throws AssertionError with the compiler's words
   */
  static Snippets compile(Path page, Path folder) throws IOException {
    Snippets snippets = new Snippets(folder);
    List<Path> sources = new ArrayList<>();
    for (String block : blocks(page)) {
      sources.add(snippets.write(block, sources.size()));
    }
    snippets.compile(page, sources);
    return snippets;
  }

  private Path write(String block, int number) throws IOException {
    Matcher declared = CLASS.matcher(block);
    if (declared.find()) {
      String name = declared.group(1);
      if (block.contains("static void main(")) {
        mains.add(name);
      }
      return Files.writeString(folder.resolve(name + ".java"), block);
    }
    String name = "Block" + number;
    mains.add(name);
    StringBuilder source = new StringBuilder();
    IMPORT.matcher(block).results().forEach(found -> source.append(found.group()));
    if (source.isEmpty()) {
      USUAL.forEach(type -> source.append("import ").append(type).append(";\n"));
    }
    source
        .append("final class ")
        .append(name)
        .append(" {\n  public static void main(String[] args) throws Exception {\n")
        .append(IMPORT.matcher(block).replaceAll(""))
        .append("  }\n}\n");
    return Files.writeString(folder.resolve(name + ".java"), source);
  }

  private void compile(Path page, List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      List<String> options =
          List.of("-d", folder.toString(), "-proc:none", "-classpath", classPath());
      boolean compiled =
          compiler
              .getTask(
                  null, files, problems, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!compiled) {
        StringBuilder text = new StringBuilder(page + " does not compile:");
        for (Diagnostic<? extends JavaFileObject> problem : problems.getDiagnostics()) {
          text.append('\n').append(problem);
        }
        throw new AssertionError(text);
      }
    }
  }

  /** Surefire hides the class path of the tests in a jar of its own. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Runs every block that can run, in order; what it throws comes out. */
  void run() throws Throwable {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(urls(), before)) {
      thread.setContextClassLoader(loader); // DL4J finds the classes of layers through it
      for (String name : mains) {
        Method main = loader.loadClass(name).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) new String[0]);
      }
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private URL[] urls() throws MalformedURLException {
    return new URL[] {folder.toUri().toURL()};
  }
}
