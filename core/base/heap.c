#include "base/heap.h"

#include <stddef.h>

/* Two roots become one; either may be NULL. */
static firth_heap_node *meld(firth_heap_node *first, firth_heap_node *second)
{
    if (first == NULL || second == NULL)
        return first != NULL ? first : second;
    firth_heap_node *parent = second->key < first->key ? second : first;
    firth_heap_node *child = parent == first ? second : first;
    child->before = parent;
    child->next = parent->child;
    if (child->next != NULL)
        child->next->before = child;
    parent->child = child;
    parent->next = NULL;
    parent->before = NULL;
    return parent;
}

/* A row of siblings becomes one heap: first by pairs, then the pairs from the last on. */
static firth_heap_node *meld_siblings(firth_heap_node *first)
{
    firth_heap_node *pairs = NULL, *root = NULL;
    while (first != NULL) {
        firth_heap_node *second = first->next;
        firth_heap_node *rest = second != NULL ? second->next : NULL;
        firth_heap_node *pair = meld(first, second);
        pair->next = pairs;
        pairs = pair;
        first = rest;
    }
    while (pairs != NULL) {
        firth_heap_node *rest = pairs->next;
        root = meld(root, pairs);
        pairs = rest;
    }
    if (root != NULL)
        root->next = root->before = NULL;
    return root;
}

void firth_heap_insert(firth_heap_node **root, firth_heap_node *node)
{
    node->child = node->next = node->before = NULL;
    *root = meld(*root, node);
}

static void cut(firth_heap_node *node)
{
    if (node->before->child == node)
        node->before->child = node->next;
    else
        node->before->next = node->next;
    if (node->next != NULL)
        node->next->before = node->before;
}

void firth_heap_remove(firth_heap_node **root, firth_heap_node *node)
{
    firth_heap_node *below = meld_siblings(node->child);
    if (node == *root) {
        *root = below;
    } else {
        cut(node);
        *root = meld(*root, below);
    }
    node->child = node->next = node->before = NULL;
}
