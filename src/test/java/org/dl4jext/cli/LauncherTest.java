package org.dl4jext.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.dl4jext.Repository;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher, in a checkout of its own, with a java and an mvn that only tell how they are
 * called.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a POSIX shell script")
class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "sh",
          "cat",
          "cksum",
          "cp",
          "dirname",
          "find",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "sort",
          "tail",
          "tr");

  @TempDir private Path temporary;

  private Path home;
  private Path bin;
  private Path launcher;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    home = Files.createDirectories(temporary.resolve("a check out")).toRealPath();
    bin = Files.createDirectories(temporary.resolve("bin"));
    launcher = home.resolve("recurrent");
    Files.copy(Repository.root().resolve("recurrent"), launcher);
    for (String module : List.of("samediff-layers", "dl4j-recurrent-ext", "datasets", "zoo")) {
      Files.createDirectories(home.resolve(module).resolve("src/main/java"));
      Files.writeString(home.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    for (String tool : TOOLS) {
      Path real = Path.of("/bin", tool);
      Files.createSymbolicLink(
          bin.resolve(tool), Files.exists(real) ? real : Path.of("/usr/bin", tool));
    }
    Files.writeString(temporary.resolve("dependency.jar"), "");
    script(
        "mvn",
        "echo built >>'" + temporary + "/builds'",
        "mkdir -p zoo/target datasets/target",
        "echo jar >zoo/target/zoo-1.jar",
        "echo jar >datasets/target/datasets-1.jar",
        "printf '%s' \"$PWD/datasets/target/datasets-1.jar:"
            + temporary
            + "/dependency.jar\""
            + " >zoo/target/classpath");
    java("17.0.9", 0);
  }

  private void java(String version, int exit) throws IOException {
    script(
        "java",
        "case \" $* \" in *' -version '*) echo 'openjdk version \""
            + version
            + "\"' >&2; exit 0;; esac",
        "for word in \"$@\"; do echo \"[$word]\"; done",
        "exit " + exit);
  }

  private void script(String name, String... lines) throws IOException {
    Path file = bin.resolve(name);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run run(Path command, String... args) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(bin.resolve("sh").toString(), command.toString()));
    line.addAll(List.of(args));
    return run(line, "");
  }

  private Run run(List<String> line, String options) throws IOException, InterruptedException {
    Path out = Files.createTempFile(temporary, "out", "");
    Path err = Files.createTempFile(temporary, "err", "");
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.directory(temporary.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("RECURRENT_JAVA_OPTS", options);
    int code = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Run(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private int builds() throws IOException {
    Path log = temporary.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void theFirstUseBuildsAndSaysSoInOneLine() throws Exception {
    Run run = run(launcher, "list", "two words", "*");
    assertEquals(0, run.code, run.err);
    assertEquals(1, run.err.lines().count(), run.err);
    assertTrue(run.err.startsWith("recurrent: first use, building"), run.err);
    assertTrue(
        run.out.endsWith("[org.dl4jext.zoo.cli.Recurrent]\n[list]\n[two words]\n[*]\n"), run.out);
    assertTrue(run.out.contains("[--add-modules=jdk.incubator.vector]"), run.out);
    assertTrue(run.out.contains("[-XX:+UseParallelGC]"), run.out);
    assertTrue(run.out.contains("[-Dorg.bytedeco.javacpp.maxPhysicalBytes=0]"), run.out);
    assertTrue(run.out.contains("/zoo-1.jar:"), run.out);
    assertTrue(run.out.contains("/datasets-1.jar:"), run.out);
    assertTrue(run.out.contains(":" + temporary + "/dependency.jar]"), run.out);
  }

  @Test
  void theSecondUseIsQuietAndDoesNotBuild() throws Exception {
    run(launcher);
    Run run = run(launcher);
    assertEquals("", run.err);
    assertEquals(1, builds());
  }

  @Test
  void changedAddedAndRemovedSourcesBuildAgain() throws Exception {
    run(launcher);
    Path source = home.resolve("zoo/src/main/java/A B.java");
    for (String content : new String[] {"one", "two", null}) {
      if (content == null) {
        Files.delete(source);
      } else {
        Files.writeString(source, content);
      }
      Run run = run(launcher);
      assertTrue(run.err.startsWith("recurrent: sources changed, building again"), run.err);
    }
    assertEquals(4, builds());
  }

  @Test
  void changedTestsDoNotBuildAgain() throws Exception {
    run(launcher);
    Path test = Files.createDirectories(home.resolve("zoo/src/test/java")).resolve("ATest.java");
    Files.writeString(test, "one");
    run(launcher);
    assertEquals(1, builds());
  }

  @Test
  void aLostDependencyBuildsAgain() throws Exception {
    run(launcher);
    Files.delete(temporary.resolve("dependency.jar"));
    run(launcher);
    assertEquals(2, builds());
  }

  @Test
  void aFailedBuildShowsTheEndOfItsLogAndLeavesNothing() throws Exception {
    script("mvn", "echo a broken source", "exit 1");
    Run run = run(launcher);
    assertEquals(1, run.code);
    assertTrue(run.err.contains("a broken source"), run.err);
    assertTrue(run.err.contains("build.log"), run.err);
    assertEquals("", run.out);
    try (var left = Files.list(home.resolve("target/recurrent"))) {
      assertEquals(List.of("build.log"), left.map(p -> p.getFileName().toString()).toList());
    }
  }

  @Test
  void aLockOfADeadProcessDoesNotBlock() throws Exception {
    Path lock = Files.createDirectories(home.resolve("target/recurrent/lock"));
    Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    gone.waitFor();
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
    assertEquals(0, run(launcher).code);
    assertFalse(Files.exists(lock));
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    script(
        "mvn",
        "sleep 1",
        "echo built >>'" + temporary + "/builds'",
        "mkdir -p zoo/target",
        "echo jar >zoo/target/zoo-1.jar",
        "printf '%s' '" + temporary + "/dependency.jar' >zoo/target/classpath");
    List<Integer> codes = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              try {
                int code = run(launcher).code;
                synchronized (codes) {
                  codes.add(code);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    other.start();
    int code = run(launcher).code;
    other.join();
    assertEquals(List.of(0), codes);
    assertEquals(0, code);
    assertEquals(1, builds());
  }

  @Test
  void aChainOfSymbolicLinksLeadsHome() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("else where"));
    Path first = Files.createSymbolicLink(home.resolve("run me"), Path.of("recurrent"));
    Path link = Files.createSymbolicLink(folder.resolve("r"), folder.relativize(first));
    Run run = run(link, "list");
    assertEquals(0, run.code, run.err);
    assertTrue(run.out.contains(home + "/target/recurrent/"), run.out);
  }

  @Test
  void optionsForTheJvmAreSplitAtBlanksAndComeLast() throws Exception {
    Run run = run(List.of(bin.resolve("sh").toString(), launcher.toString()), "-Xmx1g -Dglob=*");
    assertTrue(run.out.contains("[-Xmx1g]\n[-Dglob=*]\n[-cp]"), run.out);
  }

  @Test
  void theExitCodeIsPassedOn() throws Exception {
    java("21", 42);
    assertEquals(42, run(launcher).code);
  }

  @Test
  void withoutMavenTheMessageIsClear() throws Exception {
    Files.delete(bin.resolve("mvn"));
    Run run = run(launcher);
    assertEquals(1, run.code);
    assertTrue(run.err.contains("needs Maven"), run.err);
    assertEquals(1, run.err.lines().count(), run.err);
  }

  @Test
  void mavenIsNotNeededOnceBuilt() throws Exception {
    run(launcher);
    Files.delete(bin.resolve("mvn"));
    assertEquals(0, run(launcher).code);
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    for (String version : List.of("1.8.0_392", "11.0.21", "9")) {
      java(version, 0);
      Run run = run(launcher);
      assertEquals(1, run.code);
      assertTrue(run.err.contains("needs Java 17 or newer"), run.err);
      assertTrue(run.err.contains(version), run.err);
      assertEquals(1, run.err.lines().count(), run.err);
    }
    assertEquals(0, builds());
  }

  @Test
  void withoutJavaTheMessageIsClear() throws Exception {
    Files.delete(bin.resolve("java"));
    Run run = run(launcher);
    assertEquals(1, run.code);
    assertTrue(run.err.contains("no java on the PATH"), run.err);
  }

  @Test
  void aJvmWithoutTheVectorModuleStartsWithoutIt() throws Exception {
    script(
        "java",
        "case \" $* \" in *' --add-modules=jdk.incubator.vector '*) exit 1;; esac",
        "case \" $* \" in *' -version '*) echo 'openjdk version \"25\"' >&2; exit 0;; esac",
        "echo started");
    Run run = run(launcher);
    assertEquals("started\n", run.out);
  }
}
