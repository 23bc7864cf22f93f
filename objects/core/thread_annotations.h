// SPDX-License-Identifier: Apache-2.0
#ifndef TRESTLE_OBJECTS_CORE_THREAD_ANNOTATIONS_H_
#define TRESTLE_OBJECTS_CORE_THREAD_ANNOTATIONS_H_

#include <mutex>

// Clang checks these with -Wthread-safety; other compilers read past them.
#if defined(__clang__)
#define TRESTLE_ANNOTATION(x) __attribute__((x))
#else
#define TRESTLE_ANNOTATION(x)
#endif

/// The member may be touched only while that mutex is held.
#define TRESTLE_GUARDED_BY(mutex) TRESTLE_ANNOTATION(guarded_by(mutex))
/// The caller must hold that mutex.
#define TRESTLE_REQUIRES(mutex) TRESTLE_ANNOTATION(exclusive_locks_required(mutex))
/// The caller must not hold that mutex.
#define TRESTLE_EXCLUDES(mutex) TRESTLE_ANNOTATION(locks_excluded(mutex))

namespace trestle {

/// A std::mutex that Clang can follow: libstdc++ does not annotate its own. Also a lock for
/// std::condition_variable_any.
class TRESTLE_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() TRESTLE_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() TRESTLE_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class TRESTLE_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) TRESTLE_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() TRESTLE_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace trestle

#endif  // TRESTLE_OBJECTS_CORE_THREAD_ANNOTATIONS_H_
