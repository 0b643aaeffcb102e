package dev.theca.broker.meter;

import java.util.function.Supplier;

/** Times the stages of a request as spans; nothing may be decided by them. */
public interface Tracer {
  /** Traces nothing. */
  Tracer NONE =
      new Tracer() {
        @Override
        public <T> T root(String stage, String traceparent, Supplier<T> work) {
          return work.get();
        }

        @Override
        public <T> T stage(String stage, Supplier<T> work) {
          return work.get();
        }
      };

  /**
   * Begins a trace, or continues the caller's.
   *
   * @param traceparent of W3C Trace Context; empty text for none, malformed counts as none
   */
  <T> T root(String stage, String traceparent, Supplier<T> work);

  /** A part of what {@link #root} runs in this thread; outside of it just the work. */
  <T> T stage(String stage, Supplier<T> work);
}
