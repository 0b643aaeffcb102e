package dev.theca.cli.image;

import dev.theca.broker.RefusalText;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;

/** Faults in words: what happened, and what somebody can do about it. */
public final class FaultText {
  private static final int MAX_CAUSES = 8;

  private FaultText() {}

  public static String of(Throwable fault) {
    var text = new StringBuilder("theca: " + RefusalText.plain(String.valueOf(fault.getMessage())));
    Throwable cause = fault.getCause();
    boolean told =
        cause == null
            || cause.getMessage() != null
                && String.valueOf(fault.getMessage()).contains(cause.getMessage());
    if (!told) text.append(" (").append(RefusalText.plain(cause + "")).append(')');
    return text.append("; ").append(next(fault)).toString();
  }

  private static String next(Throwable fault) {
    int seen = 0;
    for (Throwable at = fault; at != null && seen < MAX_CAUSES; at = at.getCause(), seen++) {
      String next =
          switch (at) {
            case SSLException _ ->
                "give the authority of its certificate: --tls-ca FILE;"
                    + " a registry without TLS is named: --insecure-registry HOST:PORT";
            case UnknownHostException _ -> "correct the name, or ask who runs the name server";
            case UnresolvedAddressException _ ->
                "correct the name, or ask who runs the name server";
            case BindException _ -> "choose another port: --port";
            case ConnectException _ -> "is it running, and is this its address?";
            case HttpTimeoutException _ -> "try again, or look for what stands in the way";
            case NoSuchFileException _ -> "give a file that exists";
            case AccessDeniedException _ -> "ask for the right to use the file";
            default -> "";
          };
      if (!next.isEmpty()) return next;
    }
    return "try again";
  }
}
