package dev.theca.broker.plugin;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.Locale;

/** Why a plugin, or its settings, were refused. */
enum PluginCode implements Code {
  BAD_PLUGIN_SETTINGS,
  BAD_CERTIFICATE_REQUEST,
  CERTIFICATE_NAME_DENIED,
  CLAIM_MISSING,
  BAD_ANCHOR;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  <T> Outcome<T> refuse(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }
}
