package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a command line answered. */
record Invocation(int code, String out, String err) {

  static Invocation of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Recurrent.run(new PrintWriter(out), new PrintWriter(err, true), args);
    return new Invocation(code, out.toString(), err.toString());
  }

  static Invocation withInput(String input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return of(args);
    } finally {
      System.setIn(before);
    }
  }

  /** The command line in a JVM of its own; the file gets all that it says. */
  static Process process(Path log, String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Recurrent.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  Invocation ok() {
    assertEquals(0, code, err);
    return this;
  }

  /** One line on stderr, and nothing on stdout. */
  String refused(int expected) {
    assertEquals(expected, code, err);
    assertEquals(1, err.lines().count(), err);
    assertFalse(err.contains("Exception"), err);
    return err;
  }
}
