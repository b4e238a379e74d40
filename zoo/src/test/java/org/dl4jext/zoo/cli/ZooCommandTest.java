package org.dl4jext.zoo.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dl4jext.zoo.models.ZooEntry;
import org.dl4jext.zoo.models.ZooPlaces;
import org.dl4jext.zoo.models.ZooServer;
import org.dl4jext.zoo.models.ZooServer.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class ZooCommandTest {

  private static final int BYTES = 400_000;

  @TempDir Path folder;
  private ZooServer server;
  private byte[] content;
  private ZooEntry model;

  @BeforeEach
  void start() throws IOException {
    content = new byte[BYTES];
    new Random(2).nextBytes(content);
    server = new ZooServer();
    model = ZooPlaces.put(server, "parity", content);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String[] arguments(String... words) {
    List<String> all = new ArrayList<>(List.of("zoo"));
    all.addAll(List.of(words));
    all.addAll(List.of("--from", server.address(), "--cache", folder.resolve("c").toString()));
    return all.toArray(String[]::new);
  }

  private Invocation zoo(String... words) {
    return Invocation.of(arguments(words));
  }

  private Path file() {
    return folder.resolve("c").resolve(model.file());
  }

  @Test
  void aModelIsListedPulledVerifiedAndFound() throws IOException {
    assertTrue(zoo("list").ok().out().contains("missing"));
    assertTrue(zoo("path", "parity").refused(1).contains("zoo pull parity"));
    assertEquals(file().toString(), zoo("pull", "parity").ok().out().strip());
    assertArrayEquals(content, Files.readAllBytes(file()));
    assertEquals(file().toString(), zoo("path", "parity").ok().out().strip());
    assertTrue(zoo("verify").ok().out().contains("verified"));
    JsonNode list = new ObjectMapper().readTree(zoo("list", "--json").ok().out());
    assertEquals("verified", list.get(0).get("state").asText());
    assertEquals(model.sha256(), list.get(0).get("sha256").asText());
    assertEquals(
        file().toString(),
        new ObjectMapper()
            .readTree(zoo("pull", "--all", "--json").ok().out())
            .get("parity")
            .asText());
  }

  @Test
  void aDamagedFileIsNoticed() throws IOException {
    zoo("pull", "parity").ok();
    Files.write(file(), new byte[BYTES]);
    Invocation verified = zoo("verify");
    assertEquals(1, verified.code());
    assertTrue(verified.out().contains("damaged"), verified.out());
    assertTrue(zoo("path", "parity").refused(1).contains("damaged"));
    zoo("pull", "parity").ok();
    zoo("verify", "parity").ok();
  }

  @Test
  void whatIsMissingOrMisspeltIsOneLine() throws IOException {
    assertTrue(zoo("pull", "partiy").refused(2).contains("[parity]"));
    assertTrue(zoo("pull").refused(2).contains("--all"));
    assertTrue(zoo("list", "--timeout", "0").refused(2).contains("allowed"));
    assertEquals(1, zoo("verify", "parity").code());
    String away = Invocation.of("zoo", "list", "--from", "ftp://here").refused(2);
    assertTrue(away.contains("file:, http: or https:"), away);
    server.next(Fault.NOT_FOUND);
    zoo("list").refused(1);
  }

  @Test
  void theModelsOfTheJarNeedNoNetwork() throws IOException {
    String cache = folder.resolve("jar").toString();
    Invocation.of("zoo", "list", "--cache", cache).ok();
    Invocation.of("zoo", "pull", "--all", "--cache", cache).ok();
    Invocation.of("zoo", "verify", "--cache", cache).ok();
  }

  @Test
  void aListFitsATerminal() throws IOException {
    assertTrue(zoo("list").ok().out().contains("parity"));
    Invocation jar = Invocation.of("zoo", "list", "--cache", folder.resolve("jar").toString());
    jar.ok().out().lines().forEach(line -> assertTrue(line.length() <= 120, line));
    String longer = "many words ".repeat(20);
    assertEquals(60, Table.cut(longer, 60).length());
    assertEquals("many words", Table.cut("many\nwords", 60));
  }

  private Process process(String... words) throws IOException {
    return Invocation.process(folder.resolve("log" + server.requests().size()), arguments(words));
  }

  @Test
  void aPullThatIsKilledLeavesNoBadFileAndIsContinued() throws Exception {
    server.next(Fault.NONE, Fault.STALLS); // the manifest comes, and half of the model
    Process killed = process("pull", "parity");
    Path part = file().resolveSibling(model.file() + ".part");
    while (!Files.exists(part) || Files.size(part) < BYTES / 2) {
      assertTrue(killed.isAlive(), "it ended by itself");
      Thread.sleep(5);
    }
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(file()));
    zoo("pull", "parity").ok();
    assertArrayEquals(content, Files.readAllBytes(file()));
    List<String> requests = server.requests();
    assertEquals(model.file() + " from " + BYTES / 2, requests.get(requests.size() - 1));
  }

  @Test
  void twoProcessesAtOnceDownloadOnce() throws Exception {
    Process one = process("pull", "parity");
    Process other = process("pull", "parity");
    assertTrue(one.waitFor(60, TimeUnit.SECONDS) && other.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, one.exitValue());
    assertEquals(0, other.exitValue());
    assertArrayEquals(content, Files.readAllBytes(file()));
    assertEquals(1, server.requests().stream().filter(r -> r.startsWith(model.file())).count());
  }
}
