package dev.theca.bench;

import dev.theca.bench.micro.EcdsaMicro;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Single operations under JMH, each in its own JVM. */
final class MicroBench {
  private static final String ACCELERATOR =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  void run(int rounds) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(EcdsaMicro.class.getName())
            .forks(1)
            .warmupIterations(2)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(rounds)
            .measurementTime(TimeValue.seconds(1));
    if (!accelerated()) options.param("engine", "ours, new key", "ours, known key", "JDK");
    new Runner(options.build()).run();
  }

  private static boolean accelerated() {
    try {
      Class.forName(ACCELERATOR);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
