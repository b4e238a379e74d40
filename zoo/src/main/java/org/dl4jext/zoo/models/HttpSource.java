package org.dl4jext.zoo.models;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/**
 * A folder of a web server. {@code HttpURLConnection} and not the newer client, since that one has
 * no limit for the wait between two bytes.
 */
final class HttpSource implements ZooSource {

  private static final int REDIRECTS = 5;
  private static final int TEMPORARY_REDIRECT = 307;
  private static final int PERMANENT_REDIRECT = 308;
  private static final int TOO_MANY_REQUESTS = 429;

  private final URI base;
  private final int timeout;

  HttpSource(URI base, Duration timeout) {
    this.base = base;
    this.timeout = (int) timeout.toMillis();
  }

  @Override
  public Part open(String file, long offset) throws IOException {
    URI address = base.resolve(file);
    for (int hop = 0; hop <= REDIRECTS; hop++) {
      HttpURLConnection connection = connect(address, offset);
      int status = connection.getResponseCode();
      switch (status) {
        case HttpURLConnection.HTTP_OK -> {
          return new Part(connection.getInputStream(), 0);
        }
        case HttpURLConnection.HTTP_PARTIAL -> {
          return new Part(connection.getInputStream(), start(connection));
        }
        case HttpURLConnection.HTTP_MOVED_PERM,
                HttpURLConnection.HTTP_MOVED_TEMP,
                HttpURLConnection.HTTP_SEE_OTHER,
                TEMPORARY_REDIRECT,
                PERMANENT_REDIRECT ->
            address = redirected(address, connection.getHeaderField("Location"));
        default -> throw failure(address, status);
      }
      connection.disconnect();
    }
    throw new SourceException(base.resolve(file) + ": more than " + REDIRECTS + " redirects");
  }

  private HttpURLConnection connect(URI address, long offset) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout(timeout);
    connection.setReadTimeout(timeout);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (offset > 0) {
      connection.setRequestProperty("Range", "bytes=" + offset + "-");
    }
    return connection;
  }

  /** From a header such as {@code Content-Range: bytes 100-199/200}. */
  private static long start(HttpURLConnection connection) throws IOException {
    String range = String.valueOf(connection.getHeaderField("Content-Range"));
    if (!range.matches("bytes \\d{1,18}-\\d.*")) {
      throw new IOException(connection.getURL() + ": an answer without a range");
    }
    return Long.parseLong(range.substring("bytes ".length(), range.indexOf('-')));
  }

  private static URI redirected(URI from, String location) throws SourceException {
    URI to;
    try {
      to = from.resolve(String.valueOf(location));
    } catch (IllegalArgumentException e) {
      throw new SourceException(from + ": a redirect to no address");
    }
    if (!from.getScheme().equalsIgnoreCase(to.getScheme())) {
      throw new SourceException(
          from + ": a redirect from " + from.getScheme() + " to " + to.getScheme());
    }
    return to;
  }

  private static IOException failure(URI address, int status) {
    String message = address + ": status " + status;
    boolean passing =
        status >= HttpURLConnection.HTTP_INTERNAL_ERROR
            || status == TOO_MANY_REQUESTS
            || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT;
    return passing ? new IOException(message) : new SourceException(message);
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
