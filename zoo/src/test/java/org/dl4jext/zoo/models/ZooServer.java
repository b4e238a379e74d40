package org.dl4jext.zoo.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server of this machine that misbehaves on request. */
public final class ZooServer implements AutoCloseable {

  /** How an answer goes, or goes wrong. */
  public enum Fault {
    NONE,
    /** Says the whole length, and ends after half of it. */
    DIES,
    /** Says half the length, and sends as much. */
    TRUNCATES,
    /** Sends half, and then nothing. */
    STALLS,
    WRONG_BODY,
    TOO_LONG,
    NOT_FOUND,
    SERVER_ERROR,
    /** Points to another scheme. */
    REDIRECTS_AWAY,
    /** Points to the same file, where the next answer comes from. */
    REDIRECTS,
    /** Starts a byte later than it was asked to, and says so. */
    STARTS_LATER,
    /** Sends the whole file, whatever part it was asked for. */
    IGNORES_RANGE
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  public ZooServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/zoo/", this::answer);
    server.start();
  }

  public String address() {
    return "http://" + server.getAddress().getHostString() + ":" + port() + "/zoo";
  }

  private int port() {
    return server.getAddress().getPort();
  }

  public void put(String name, byte[] content) {
    files.put(name, content);
  }

  /** The next answers go wrong like this, one after the other; those after them are right. */
  public void next(Fault... wrong) {
    faults.addAll(List.of(wrong));
  }

  /** Names of the files that were asked for, with the byte asked from if that is not the first. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String name = exchange.getRequestURI().getPath().substring("/zoo/".length());
    String range = exchange.getRequestHeaders().getFirst("Range");
    int start = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    requests.add(start == 0 ? name : name + " from " + start);
    byte[] whole = files.get(name);
    Fault fault = faults.poll();
    try (exchange) {
      if (fault == Fault.NOT_FOUND || whole == null) {
        exchange.sendResponseHeaders(404, -1);
      } else if (fault == Fault.SERVER_ERROR) {
        exchange.sendResponseHeaders(500, -1);
      } else if (fault == Fault.REDIRECTS || fault == Fault.REDIRECTS_AWAY) {
        String to = fault == Fault.REDIRECTS ? name : "file:///etc/hostname";
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
      } else {
        send(exchange, whole, start, fault);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(HttpExchange exchange, byte[] whole, int start, Fault fault)
      throws IOException, InterruptedException {
    int first = fault == Fault.IGNORES_RANGE ? 0 : fault == Fault.STARTS_LATER ? start + 1 : start;
    byte[] rest = Arrays.copyOfRange(whole, first, whole.length);
    if (fault == Fault.WRONG_BODY) {
      Arrays.fill(rest, (byte) 7);
    } else if (fault == Fault.TOO_LONG) {
      rest = Arrays.copyOf(rest, rest.length + 100_000);
    }
    if (first > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + first + "-" + (whole.length - 1) + "/" + whole.length);
    }
    int half = rest.length / 2;
    exchange.sendResponseHeaders(
        first > 0 ? 206 : 200, fault == Fault.TRUNCATES ? half : rest.length);
    if (fault == Fault.DIES || fault == Fault.TRUNCATES || fault == Fault.STALLS) {
      exchange.getResponseBody().write(rest, 0, half);
      exchange.getResponseBody().flush();
      if (fault == Fault.STALLS) {
        closed.await();
      }
    } else {
      exchange.getResponseBody().write(rest);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdown();
  }
}
