package dev.theca.broker.http;

/** The answers that are not the handler's: each is ErrorInformation of the KBS protocol. */
public final class Problems {
  private static final String VARIANT = "HTTPFailed";

  private Problems() {}

  static Answer of(int status, String detail) {
    return Answer.error(status, VARIANT, detail);
  }

  static Answer tooLarge(int most) {
    return of(413, "a body of at most " + most + " bytes is accepted");
  }

  static Answer method() {
    return of(405, "GET, POST, PUT and DELETE are served").with("Allow", "GET, POST, PUT, DELETE");
  }

  /** Too much at once, for everybody. */
  static Answer busy() {
    return of(503, "the broker is busy; ask again").with("Retry-After", "1");
  }

  static Answer storeDown() {
    return of(503, "the broker's database cannot be reached now; ask again")
        .with("Retry-After", "2");
  }

  /** One address asked too often; it may ask again after this many seconds. */
  public static Answer tooMany(long seconds) {
    return of(429, "too many requests from this address")
        .with("Retry-After", Long.toString(Math.max(1, seconds)));
  }
}
