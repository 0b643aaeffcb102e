package dev.theca.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.ChildJava;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services of a demo, as the process sees them that started them. */
class ChildTest {
  private static final String READY = "echo '{\"state\":\"ready\"}'; exec sleep 1000";

  @TempDir Path folder;

  @Test
  void services_that_run_take_no_processor_away_from_the_demo() throws Exception {
    // a runtime that was idle for half a minute gives no more carriers for those that are held
    var options =
        List.of("-XX:ActiveProcessorCount=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");
    var process =
        new ProcessBuilder(
                ChildJava.command(options, OneProcessor.class.getName(), folder.toString()))
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** A machine with one processor, services, and something to do beside them. */
  static final class OneProcessor {
    private OneProcessor() {}

    public static void main(String[] arguments) throws Exception {
      var children = new ArrayList<Child>();
      for (int i = 0; i < 2; i++) {
        Path log = Path.of(arguments[0], i + ".log");
        var child = Child.start("service-" + i, List.of("sh", "-c", READY), Map.of(), log);
        children.add(child);
        var unused = child.boot(Duration.ofSeconds(30));
      }
      boolean done = Thread.ofVirtual().start(() -> {}).join(Duration.ofSeconds(20));
      children.forEach(Child::end);
      System.exit(done ? 0 : 1);
    }
  }
}
