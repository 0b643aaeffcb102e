package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlowClientTest {
  private static final Deadlines SHORT =
      new Deadlines(
          Duration.ofMillis(600),
          Duration.ofMillis(1500), // those who are served may be held up as well
          Duration.ofMillis(600),
          Duration.ofMillis(600),
          Duration.ofMillis(900),
          Duration.ofSeconds(3));
  private static final String GET = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private static Front front(Bounds bounds, Handler handler) {
    return FrontTest.start(
        FrontConfig.plain("slow", "127.0.0.1:0").withDeadlines(SHORT).withBounds(bounds), handler);
  }

  /** One whose deadlines nobody meets here, however slow the machine is. */
  private static Front patient(Bounds bounds, Handler handler) {
    return FrontTest.start(FrontConfig.plain("full", "127.0.0.1:0").withBounds(bounds), handler);
  }

  /** Bytes that drip, each well within any pause; how many milliseconds until the server cuts. */
  private static long drip(Front front, String start) throws Exception {
    long begun = System.nanoTime();
    try (var raw = new Raw(front)) {
      raw.say(start);
      raw.socket.setSoTimeout(50);
      while (System.nanoTime() - begun < 20_000_000_000L) {
        raw.say("a");
        try {
          if (raw.socket.getInputStream().read() < 0) break;
        } catch (java.net.SocketTimeoutException e) {
          continue;
        }
      }
    } catch (SocketException e) {
      // cut with a reset
    }
    return (System.nanoTime() - begun) / 1_000_000;
  }

  @Test
  void clients_that_drip_header_or_body_are_cut_while_others_are_served() throws Exception {
    try (var front = front(Bounds.DEFAULT, r -> Answer.text("ok"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var header = threads.submit(() -> drip(front, "GET /a HTTP/1.1\r\nX: "));
      var body =
          threads.submit(
              () -> drip(front, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n"));
      var second =
          threads.submit(
              () -> drip(front, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nX: "));
      for (int i = 0; i < 20; i++) assertThat(Raw.once(front, GET)).startsWith("HTTP/1.1 200");
      assertThat(header.get(60, TimeUnit.SECONDS)).isBetween(500L, 15_000L);
      assertThat(body.get(60, TimeUnit.SECONDS)).isBetween(500L, 15_000L);
      assertThat(second.get(60, TimeUnit.SECONDS)).isBetween(300L, 15_000L);
    }
  }

  @Test
  void silent_connections_are_closed_before_and_between_requests() throws Exception {
    try (var front = front(Bounds.DEFAULT, r -> Answer.text("ok"))) {
      try (var silent = new Raw(front)) {
        assertThat(silent.socket.getInputStream().read()).isEqualTo(-1);
      }
      try (var between = new Raw(front)) {
        between.say("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").header();
        assertThat(between.rest()).isEqualTo("ok");
      }
      waitFor(() -> front.connections() == 0);
    }
  }

  @Test
  void a_handler_may_take_longer_than_any_deadline_of_its_client() throws Exception {
    try (var front =
        front(
            Bounds.DEFAULT,
            r -> {
              pause(2400);
              return Answer.text("done");
            })) {
      assertThat(Raw.once(front, GET)).endsWith("done");
    }
  }

  @Test
  void a_client_that_does_not_take_its_answer_is_cut() throws Exception {
    byte[] large = new byte[64 << 20];
    try (var front = front(Bounds.DEFAULT, r -> Answer.bytes("a/b", large));
        var raw = new Raw(front)) {
      raw.say("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
      waitFor(() -> front.connections() == 0);
    }
  }

  @Test
  void requests_beyond_the_bound_are_503_with_a_time_to_come_back() throws Exception {
    var inside = new CountDownLatch(2);
    var go = new CountDownLatch(1);
    try (var front =
            patient(
                new Bounds(100, 2, 1 << 20, 16 << 10, 1 << 20),
                r -> {
                  inside.countDown();
                  await(go);
                  return Answer.text("ok");
                });
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> Raw.once(front, GET));
      var second = threads.submit(() -> Raw.once(front, GET));
      await(inside);
      String third = Raw.once(front, GET);
      assertThat(third).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: 1");
      Raw.problem(third);
      go.countDown();
      assertThat(first.get()).startsWith("HTTP/1.1 200");
      assertThat(second.get()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void connections_beyond_the_bound_are_told_503_and_the_place_is_free_again_afterwards()
      throws Exception {
    try (var front =
        patient(new Bounds(3, 2, 1 << 20, 16 << 10, 1 << 20), r -> Answer.text("ok"))) {
      var held = new ArrayList<Raw>();
      for (int i = 0; i < 3; i++) held.add(new Raw(front));
      waitFor(() -> front.connections() == 3);
      String refused = Raw.once(front, GET);
      assertThat(refused).startsWith("HTTP/1.1 503").containsIgnoringCase("retry-after: 1");
      assertThat(
              Json.object(refused.substring(refused.indexOf("\r\n\r\n") + 4).getBytes())
                  .isGranted())
          .isTrue();
      for (var raw : held) raw.close();
      waitFor(() -> front.connections() == 0);
      assertThat(Raw.once(front, GET)).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void large_bodies_together_stay_within_their_bound() throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var front =
            patient(
                new Bounds(100, 50, 1 << 20, 16 << 10, 1 << 20),
                r -> {
                  if (r.path().equals("/held")) {
                    inside.countDown();
                    await(go);
                  }
                  return Answer.text("ok");
                });
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> Raw.once(front, post("/held", 1_000_000)));
      await(inside);
      assertThat(Raw.once(front, post("/a", 600_000))).startsWith("HTTP/1.1 503");
      assertThat(Raw.once(front, GET)).startsWith("HTTP/1.1 200");
      go.countDown();
      assertThat(first.get()).startsWith("HTTP/1.1 200");
      try (var leaving = new Raw(front)) {
        leaving.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
        leaving.say("x".repeat(700_000));
      }
      waitFor(() -> front.connections() == 0);
      assertThat(Raw.once(front, post("/a", 600_000))).startsWith("HTTP/1.1 200");
    }
  }

  private static String post(String path, int bytes) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
        + bytes
        + "\r\n\r\n"
        + "x".repeat(bytes);
  }

  @Test
  void closing_lets_a_running_request_finish_and_takes_no_new_one() throws Exception {
    var inside = new CountDownLatch(1);
    var front =
        front(
            Bounds.DEFAULT,
            r -> {
              inside.countDown();
              pause(800);
              return Answer.text("finished");
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var idle = new Raw(front)) {
      var running = threads.submit(() -> Raw.once(front, GET));
      await(inside);
      long begun = System.nanoTime();
      front.close();
      assertThat(running.get()).startsWith("HTTP/1.1 200").endsWith("finished");
      assertThat(idle.socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Raw(front)))
          .isInstanceOf(IOException.class);
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static void waitFor(java.util.function.BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begun).as("waited for a minute").isLessThan(60_000_000_000L);
      pause(20);
    }
  }
}
