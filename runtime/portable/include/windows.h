#pragma once
#include "system.h"
#define WINAPI /* __stdcall: nothing on 64-bit Windows */
typedef int BOOL;
typedef unsigned long DWORD;
typedef void *HANDLE;
typedef union LARGE_INTEGER {
  int64_t QuadPart;
} LARGE_INTEGER;

typedef struct SRWLOCK {
  void *Ptr;
} SRWLOCK;
typedef struct CONDITION_VARIABLE {
  void *Ptr;
} CONDITION_VARIABLE;
#define INFINITE 0xffffffffu
HANDLE CreateThread(void *, size_t, DWORD (*)(void *), void *, DWORD, DWORD *);
DWORD WaitForSingleObject(HANDLE, DWORD);
BOOL SwitchToThread(void);
void InitializeSRWLock(SRWLOCK *);
void AcquireSRWLockExclusive(SRWLOCK *);
void ReleaseSRWLockExclusive(SRWLOCK *);
void InitializeConditionVariable(CONDITION_VARIABLE *);
BOOL SleepConditionVariableSRW(CONDITION_VARIABLE *, SRWLOCK *, DWORD, DWORD);
void WakeAllConditionVariable(CONDITION_VARIABLE *);

BOOL QueryPerformanceCounter(LARGE_INTEGER *);
BOOL QueryPerformanceFrequency(LARGE_INTEGER *);
BOOL IsProcessorFeaturePresent(DWORD);

#define GENERIC_READ 0x80000000u
#define FILE_SHARE_READ 1
#define FILE_SHARE_DELETE 4
#define OPEN_EXISTING 3
#define FILE_ATTRIBUTE_NORMAL 0x80
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define FILE_TYPE_DISK 1
#define PAGE_READONLY 2
#define FILE_MAP_READ 4
HANDLE CreateFileA(const char *, DWORD, DWORD, void *, DWORD, DWORD, HANDLE);
DWORD GetFileType(HANDLE);
BOOL GetFileSizeEx(HANDLE, LARGE_INTEGER *);
HANDLE CreateFileMappingA(HANDLE, void *, DWORD, DWORD, DWORD, const char *);
void *MapViewOfFile(HANDLE, DWORD, DWORD, DWORD, size_t);
BOOL UnmapViewOfFile(const void *);
BOOL CloseHandle(HANDLE);
