package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.RequiredImage;

/** The image must be on the host already, when the request says so. */
final class ImageFilter implements Filter {

  @Override
  public String name() {
    return "image";
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return request.image().isEmpty() || request.image().get().hosts().contains(host.id());
  }

  @Override
  public String condition(Request request) {
    return "image==" + reference(request);
  }

  @Override
  public String reason(HostState host, Request request) {
    return "it does not have the image " + reference(request);
  }

  private static String reference(Request request) {
    return request.image().map(RequiredImage::reference).orElse("");
  }
}
