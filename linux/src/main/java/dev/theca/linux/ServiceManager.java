package dev.theca.linux;

import java.util.Optional;

/** The service manager that started this process, if one wants to hear of it (sd_notify(3)). */
public final class ServiceManager {
  private static final String VARIABLE = "NOTIFY_SOCKET";

  private ServiceManager() {}

  /**
   * Says that this service serves, so that what is ordered after it may start. Whether anybody
   * wanted to know; a manager that does not take it is a {@link LinuxException}.
   */
  public static boolean ready() {
    return ready(Optional.ofNullable(System.getenv(VARIABLE)));
  }

  static boolean ready(Optional<String> socket) {
    var named = socket.filter(name -> !name.isEmpty());
    named.ifPresent(name -> UnixSockets.send(name, "READY=1"));
    return named.isPresent();
  }
}
