/* Where in a value its parts are. */
#include "brine.h"

#define TOLD 16 /* of the containers, half of them from either end */

static void append_step(VALUE place, const firth_ruby_container *container)
{
    static const char *const parts[] = {".start", ".stop", ".step"};
    long at = container->next - 1;
    if (container->is_slice)
        rb_str_cat_cstr(place, parts[at]);
    else
        rb_str_catf(place, container->is_set ? ".to_a[%ld]" : "[%ld]", at);
}

VALUE firth_ruby_brine_place(const firth_ruby_container *containers, size_t count)
{
    VALUE place = rb_utf8_str_new_cstr("value");
    for (size_t i = 0; i < count; i++) {
        if (count > TOLD && i == TOLD / 2) {
            i = count - TOLD / 2;
            rb_str_cat_cstr(place, "...");
        }
        append_step(place, &containers[i]);
    }
    return place;
}
