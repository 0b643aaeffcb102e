package dev.theca.wire.meter;

/** Counts and times what happens, under the names of the Prometheus text. */
public interface Meter {
  /** Measures nothing. */
  Meter NONE =
      new Meter() {
        @Override
        public void count(String name, String... labels) {}

        @Override
        public void observe(String name, double value, String... labels) {}
      };

  /** One more; labels are names and values by turns. */
  void count(String name, String... labels);

  /** A value of a histogram. */
  void observe(String name, double value, String... labels);
}
