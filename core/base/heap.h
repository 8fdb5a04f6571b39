/* A pairing heap: the node with the smallest key is at the root. It needs no memory but the
 * nodes, which belong to who puts them in. All zeros is a node that is in no heap. */
#ifndef FIRTH_BASE_HEAP_H
#define FIRTH_BASE_HEAP_H

typedef struct firth_heap_node {
    double key; /* stays as it is while the node is in a heap */
    struct firth_heap_node *child;
    struct firth_heap_node *next;   /* sibling */
    struct firth_heap_node *before; /* sibling, or the parent of a first child */
} firth_heap_node;

/* *root is the heap; NULL is an empty one. */
void firth_heap_insert(firth_heap_node **root, firth_heap_node *node);

/* The node must be in that heap. */
void firth_heap_remove(firth_heap_node **root, firth_heap_node *node);

#endif
