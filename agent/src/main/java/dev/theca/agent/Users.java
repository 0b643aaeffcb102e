package dev.theca.agent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Resolves an image's USER ({@code user[:group]}, names or numbers) with the image's own passwd and
 * group files, as the image specification says; empty means root.
 */
record Users(int uid, int gid, List<Integer> groups) {
  /** {@code file} gives the content of a path of the image, if it is there. */
  static Outcome<Users> resolve(String user, Function<String, Optional<byte[]>> file) {
    String name = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
    String group = user.contains(":") ? user.substring(user.indexOf(':') + 1) : "";
    var passwd = lines(file.apply("/etc/passwd"), 4);
    var groups = lines(file.apply("/etc/group"), 3);
    int uid = 0;
    int gid = 0;
    String login = "root";
    if (!name.isEmpty()) {
      var entry =
          passwd.stream()
              .filter(p -> p[0].equals(name) || isNumber(name) && p[2].equals(name))
              .findFirst();
      if (entry.isPresent() && isNumber(entry.get()[2]) && isNumber(entry.get()[3])) {
        uid = Integer.parseInt(entry.get()[2]);
        gid = Integer.parseInt(entry.get()[3]);
        login = entry.get()[0];
      } else if (isNumber(name)) {
        uid = Integer.parseInt(name);
        login = "";
      } else {
        return refused("user '" + name + "' in the image's /etc/passwd");
      }
    }
    if (!group.isEmpty()) {
      var entry = groups.stream().filter(g -> g[0].equals(group) && isNumber(g[2])).findFirst();
      if (entry.isEmpty() && !isNumber(group))
        return refused("group '" + group + "' in the image's /etc/group");
      gid = Integer.parseInt(entry.isPresent() ? entry.get()[2] : group);
    }
    var more = new ArrayList<Integer>();
    if (!login.isEmpty() && group.isEmpty()) {
      for (String[] g : groups) {
        if (g.length > 3
            && isNumber(g[2])
            && List.of(g[3].split(",")).contains(login)
            && Integer.parseInt(g[2]) != gid) more.add(Integer.parseInt(g[2]));
      }
    }
    return Outcome.granted(new Users(uid, gid, List.copyOf(more)));
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,9}");
  }

  private static List<String[]> lines(Optional<byte[]> file, int fields) {
    var list = new ArrayList<String[]>();
    if (file.isEmpty()) return list;
    for (String line : new String(file.get(), StandardCharsets.UTF_8).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length >= fields) list.add(parts);
    }
    return list;
  }

  private static <T> Outcome<T> refused(String expected) {
    return Outcome.refused(
        Code.of("image-user"),
        "USER of the image",
        expected,
        "none",
        "correct USER when building the image");
  }
}
