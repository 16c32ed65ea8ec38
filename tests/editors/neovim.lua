-- The plugin in a real Neovim, against the real server. Run by .ci/editors, in an ordinary start with the plugin as a package and
-- neovim-init.lua as the configuration of the user:
--
--   PROJECT=… nvim --headless -c 'luafile tests/editors/neovim.lua'
--
-- PROJECT is a throw-away copy of tests/editors/project in a git repository. Ends with 0 when every test passed.

local project = assert(vim.env.PROJECT)
local results = { passed = 0, failed = 0 }

vim.notify = function(message)
  error('a message for the user: ' .. message)
end

local function test(name, body)
  local ok, failure = xpcall(body, debug.traceback)
  results[ok and 'passed' or 'failed'] = results[ok and 'passed' or 'failed'] + 1
  io.stdout:write(('%s - neovim: %s\n'):format(ok and 'ok' or 'not ok', name))
  if not ok then
    io.stdout:write(failure, '\n')
  end
end

--- Waits until `condition` gives something, and returns it.
local function wait(what, condition)
  local value
  vim.wait(20000, function()
    value = condition()
    return value
  end, 10)
  return assert(value, 'never: ' .. what)
end

local function equal(actual, expected)
  assert(vim.deep_equal(actual, expected), ('expected %s, got %s'):format(vim.inspect(expected), vim.inspect(actual)))
end

local function open(path)
  vim.cmd.edit(vim.fn.fnameescape(project .. '/' .. path))
  return vim.api.nvim_get_current_buf()
end

local function client(buffer)
  return wait('a client', function()
    return vim.lsp.get_clients({ name = 'werfkit', bufnr = buffer })[1]
  end)
end

--- Puts the cursor on the first place of a text, `offset` characters further.
local function go(text, offset)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  local row, column = unpack(vim.fn.searchpos('\\V' .. text, 'c'))
  assert(row > 0, 'no text ' .. text)
  vim.api.nvim_win_set_cursor(0, { row, column - 1 + (offset or 0) })
end

local function request(buffer, method, params)
  params = params or vim.lsp.util.make_position_params(0, client(buffer).offset_encoding)
  local answer = assert(client(buffer):request_sync(method, params, 20000, buffer), 'no answer to ' .. method)
  assert(not answer.err, vim.inspect(answer.err))
  return answer.result
end

local function findings(buffer, rule)
  return vim.tbl_filter(function(finding)
    return finding.code == rule
  end, vim.diagnostic.get(buffer))
end

test('files of werf have a filetype, plain YAML keeps its own', function()
  local expected = {
    ['werf.yaml'] = 'yaml.werf',
    ['werf-review.yaml'] = 'yaml.werf',
    ['.werf/service.tmpl'] = 'yaml.werf',
    ['werf-giterminism.yaml'] = 'yaml.werf',
    ['sub/werf.inc.yaml'] = 'yaml.werf',
    ['deploy/werf-notes.yaml'] = 'yaml',
    ['.gitlab-ci.yml'] = 'yaml',
    ['page.tmpl'] = 'template',
  }
  for path, filetype in pairs(expected) do
    equal({ path, (vim.filetype.match({ filename = project .. '/' .. path })) }, { path, filetype })
  end
end)

local buffer = open('werf.yaml')

test('the server starts in the root of the repository', function()
  equal(vim.fs.normalize(client(buffer).root_dir), vim.fs.normalize(vim.uv.fs_realpath(project)))
  equal(vim.bo.filetype, 'yaml.werf')
  equal(vim.bo.commentstring, '# %s')
end)

test('diagnostics arrive', function()
  local finding = wait('a finding', function()
    return findings(buffer, 'unknown-field')[1]
  end)
  equal({ finding.lnum, finding.col, finding.end_col }, { 12, 0, 16 })
  equal(finding.severity, vim.diagnostic.severity.ERROR)
  equal(finding.source, 'werfkit')
end)

test('a mistake in a template shows there although it is not open', function()
  local template = vim.uri_to_bufnr(vim.uri_from_fname(vim.uv.fs_realpath(project) .. '/.werf/service.tmpl'))
  local finding = wait('a finding in the template', function()
    return findings(template, 'unknown-field')[1]
  end)
  equal(finding.lnum, 7)
end)

test('completion of keys', function()
  go('fromImage: base')
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { 'fr' })
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer), 2 })
  local result = request(buffer, 'textDocument/completion')
  local labels = vim.tbl_map(function(item)
    return item.label
  end, result.items or result)
  assert(vim.tbl_contains(labels, 'fromCacheVersion'), vim.inspect(labels))
  vim.cmd.undo()
end)

test('completion of image names', function()
  go('fromImage: base', #'fromImage: ')
  local result = request(buffer, 'textDocument/completion')
  local labels = vim.tbl_map(function(item)
    return item.label
  end, result.items or result)
  assert(vim.tbl_contains(labels, 'base') and vim.tbl_contains(labels, 'cart'), vim.inspect(labels))
end)

test('hover', function()
  go('fromImage: base')
  local text = vim.inspect(request(buffer, 'textDocument/hover').contents)
  assert(text:find('image', 1, true), text)
end)

test('definition of an image', function()
  go('fromImage: base', #'fromImage: ')
  vim.lsp.buf.definition()
  wait('the cursor at the image', function()
    return vim.api.nvim_win_get_cursor(0)[1] == 4
  end)
end)

test('a quick fix is applied', function()
  go('fromCacheversion')
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return (action.kind or ''):find('^quickfix') ~= nil and (action.isPreferred == true or action.title:find('fromCacheVersion') ~= nil)
    end,
  })
  wait('the corrected key', function()
    return vim.api.nvim_buf_get_lines(buffer, 12, 13, false)[1]:find('fromCacheVersion', 1, true)
  end)
  wait('the finding gone', function()
    return #findings(buffer, 'unknown-field') == 0
  end)
end)

test('rename of an image', function()
  go('image: base', #'image: ')
  vim.lsp.buf.rename('common')
  wait('the renamed image', function()
    return vim.api.nvim_buf_get_lines(buffer, 3, 4, false)[1] == 'image: common'
  end)
  equal(vim.api.nvim_buf_get_lines(buffer, 20, 21, false)[1], 'fromImage: common')
end)

test('the state of the project', function()
  local status = wait('a status', function()
    local text = require('werfkit').status(buffer)
    return text ~= '' and text
  end)
  assert(status:find('^werf %d'), status)
end)

test(':WerfkitRendered shows the rendered config and leads back', function()
  go('image: storefront')
  vim.cmd.WerfkitRendered()
  local rendered = wait('the rendered config', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local candidate = vim.api.nvim_win_get_buf(window)
      if vim.api.nvim_buf_get_name(candidate):find('werf-rendered:', 1, true) then
        return { buffer = candidate, window = window }
      end
    end
  end)
  local text = function()
    return table.concat(vim.api.nvim_buf_get_lines(rendered.buffer, 0, -1, false), '\n')
  end
  assert(text():find('image: cart', 1, true), text())
  assert(not text():find('{{', 1, true), text())
  equal(vim.bo[rendered.buffer].modifiable, false)
  -- The cursor stays in the source; the rendered window shows what comes from it.
  equal(vim.api.nvim_get_current_buf(), buffer)
  local row = vim.api.nvim_win_get_cursor(rendered.window)[1]
  equal(vim.api.nvim_buf_get_lines(rendered.buffer, row - 1, row, false)[1], 'image: storefront')
  -- It follows what is typed.
  vim.api.nvim_buf_set_lines(buffer, 10, 11, false, { 'image: frontend' })
  vim.api.nvim_exec_autocmds('TextChanged', { buffer = buffer })
  wait('the rendered config to follow', function()
    return text():find('image: frontend', 1, true)
  end)
  -- And leads to the source.
  vim.api.nvim_set_current_win(rendered.window)
  go('image: frontend')
  require('werfkit').jump_to_source()
  equal(vim.api.nvim_get_current_buf(), buffer)
  equal(vim.api.nvim_win_get_cursor(0)[1], 11)
  vim.api.nvim_win_close(rendered.window, true)
end)

test(':WerfkitExplain shows the page of a rule', function()
  vim.cmd('WerfkitExplain unknown-field')
  local page = wait('the page', function()
    local name = vim.api.nvim_buf_get_name(0)
    return name:find('werf-rule:unknown-field', 1, true) and vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
  end)
  equal(page, '# unknown-field')
  equal(vim.bo.filetype, 'markdown')
  vim.cmd.close()
end)

test(':WerfkitGraph draws', function()
  local file = vim.fn.tempname() .. '.svg'
  vim.cmd('WerfkitGraph ' .. file)
  wait('the picture', function()
    return vim.fn.filereadable(file) == 1 and vim.fn.readfile(file)[1]:find('<svg', 1, true)
  end)
end)

test(':checkhealth werfkit', function()
  vim.cmd('checkhealth werfkit')
  local report = wait('the report', function()
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    return text:find('running servers', 1, true) and text
  end)
  assert(not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)
  vim.cmd.bwipeout({ bang = true })
end)

test('the help page has its tags', function()
  local folder = vim.fn.tempname()
  vim.fn.mkdir(folder, 'p')
  local page = assert(vim.api.nvim_get_runtime_file('doc/werfkit.txt', false)[1], 'no help page')
  vim.fn.writefile(vim.fn.readfile(page), folder .. '/werfkit.txt')
  vim.cmd.helptags(folder)
  local tags = table.concat(vim.fn.readfile(folder .. '/tags'), '\n')
  for _, tag in ipairs({ 'werfkit', ':WerfkitRendered', ':WerfkitGraph', ':WerfkitExplain', 'werfkit-settings', 'werfkit-health' }) do
    assert(tags:find(tag .. '\t', 1, true), 'no tag ' .. tag)
  end
end)

test('the server ends when it is told to', function()
  local running = client(buffer)
  running:stop()
  wait('the end', function()
    return running:is_stopped()
  end)
end)

io.stdout:write(('neovim: %d passed, %d failed\n'):format(results.passed, results.failed))
os.exit(results.failed == 0 and 0 or 1)
